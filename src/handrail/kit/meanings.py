"""What each setting means, in one sentence: for the manual and for whoever looks at the settings in force."""

from __future__ import annotations

MEANINGS: dict[str, str] = {
    "database": "Where all is stored: a `sqlite:///` path or a `postgresql://` address; by default `handrail.db` "
    "in the data folder.",
    "data_dir": "The folder for the embedded database, the secret and other files of the server.",
    "host": "The address to listen on; `0.0.0.0` is every address of this machine.",
    "port": "The port to listen on.",
    "public_url": "How people and programs reach the server from outside, for links and for the Origin check; by "
    "default made of host and port.",
    "trusted_proxies": "Addresses or networks of reverse proxies whose forwarding headers are believed, separated by "
    "commas.",
    "allowed_private_hosts": "Hosts or networks inside your own network that webhooks may reach, separated by commas; "
    "all others there are refused.",
    "worker": "Whether background work runs inside `serve` (`inside`) or only in `handrail worker` (`off`).",
    "processes": "How many server processes share the port; more than one needs PostgreSQL.",
    "secret_file": "The file with the secret from which keys and signatures are derived, made at the first start; by "
    "default `secret` in the data folder.",
    "exports_dir": "The folder for the files of exports, by default `exports` in the data folder; servers and "
    "workers on several machines must share it.",
    "exports_keep_days": "After how many days the files of an export are removed.",
    "max_item_bytes": "The largest request body in bytes, and the largest row of a batch.",
    "log_format": "How log lines look: `text` for people, `json` for collectors.",
    "traces": "Whether spans of what Handrail does go to a collector (`otlp`) or nowhere (`off`); which collector, the "
    "variables `OTEL_...` of OpenTelemetry say.",
    "audit_log_name": "What the audit log is called in its checkpoints, such as `audit.example.org/claims`; chosen "
    "before the first checkpoint and then kept.",
    "oidc_issuer": "The address of the identity provider people sign in with; empty: passwords alone.",
    "oidc_client_id": "What Handrail is called at the identity provider.",
    "oidc_client_secret": "The client secret given by the identity provider; without one Handrail is a public client.",
    "oidc_name": "What the sign-in page calls the provider; by default its host.",
    "sso_only": "Whether passwords are refused (`true`), so that people come through the provider alone.",
    "url": "For clients: the address of the server.",
    "key": "For clients: the API key.",
}
"""Setting -> its meaning; tests/docs/test_reference.py sees to it that none is missing."""
