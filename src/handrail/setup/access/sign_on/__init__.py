"""Single sign-on: the company's identity provider says who somebody is (OpenID Connect, authorization code, PKCE).

`flow` is what one browser carries from the way out to the way back, `provider` all talk with the provider, `proof` what
its signed answer says. Who may then come in stands in `service/sign_on.py`.
"""
