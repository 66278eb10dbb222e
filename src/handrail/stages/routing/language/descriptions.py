"""What each key of the language means, for editors and for the manual. One sentence or two, then the default."""

from __future__ import annotations

from typing import NamedTuple


class Described(NamedTuple):
    """A key in words. `default` is how the default would be written; None where there is none."""

    words: str
    default: str | None = None


_HANDLING = {
    "queue": Described("The queue that takes these items. Without it, the queue of the lowest level."),
    "requires": Described("What the reviewer may do here, instead of what the queue says.", "what the queue says"),
    "priority": Described(
        "0 to 100, or a CEL number; higher goes first. Waiting adds 1 per hour.", "what the queue says"
    ),
    "deadline": Described("Due within this time of the queue's open hours.", "what the queue says"),
    "pending": Described("What the caller may show of these items while they wait.", "what the policy says"),
    "pending.show": Described("`draft` (the unreviewed output), `fallback` (the safe text) or `nothing`."),
    "pending.label": Described("The words that mark what is shown, for instance that an expert is still reading."),
}


def _handled(above: str) -> dict[str, Described]:
    return {f"{above}.{key}": words for key, words in _HANDLING.items()}


DESCRIPTIONS: dict[str, Described] = {
    "policy": Described("The version of this language. It is 1, and the only key that must be there."),
    "error_from": Described(
        "A rejected output, or an edited one, counts as an error from this severity up: minor, major or critical.",
        "major",
    ),
    "metadata": Described("The metadata that items carry, by name. What is declared is checked when an item arrives."),
    "metadata.*.type": Described("number, string, boolean, time or list. An item with another type is refused."),
    "metadata.*.required": Described("Whether an item without it is refused.", "false"),
    "metadata.*.unit": Described("The unit shown beside the value, for instance EUR."),
    "metadata.*.filter": Described("Whether items can be searched by it.", "false"),
    "categories": Described("The kinds of error in this project, by name. Reviewers and block rules choose from them."),
    "categories.*.severity": Described("How bad an error of this kind is: minor, major or critical.", "major"),
    "categories.*.tolerate": Described(
        "The share of released outputs that may have this error, for instance 1%. The Errors view compares it with "
        "what audits found."
    ),
    "checks": Described(
        "The checks that read every item, by name, each with its options. `then` says what a fail leads to: "
        "review (the default), block or note."
    ),
    "block": Described("Rules that block without a person. The first that holds, in written order, decides."),
    "block[].name": Described("What the route calls this rule. Each name stands once in the policy."),
    "block[].when": Described("A CEL condition. If it cannot be evaluated, the item goes to a person."),
    "block[].category": Described("The kind of error, one of `categories`."),
    "review": Described(
        "Rules that send to a person. Those with high stakes come first, then what did not run, then failed checks, "
        "then the others, in written order. They hold at every level of autonomy."
    ),
    "review[].name": Described("What the route calls this rule. Each name stands once in the policy."),
    "review[].when": Described("A CEL condition. If it cannot be evaluated, it counts as holding."),
    "review[].high_stakes": Described(
        "Whether a person always decides: nothing later can release it, neither a band nor a missed deadline.",
        "false",
    ),
    **_handled("review[]"),
    "not_run": Described(
        "What follows when a check broke off or ran out of time: `review` sends to a person, `ignore` goes on.",
        "review",
    ),
    "bands": Described(
        "What is left is told apart by one number, from the top. Only here are outputs released automatically, and "
        "only in segments at `exception`."
    ),
    "bands.on": Described("The number: a CEL expression. Without a number, the last row is reached.", "confidence"),
    "bands.rows": Described("The rows, highest first. The last has no threshold and never releases."),
    "bands.rows[].above": Described("Reached by numbers greater than this."),
    "bands.rows[].from": Described("Reached by numbers of at least this."),
    "bands.rows[].then": Described("`release`, or `review`.", "review"),
    "bands.rows[].uncertified": Described(
        "Says that this row releases by a plain number which nothing certifies. It is shown in red everywhere.",
        "false",
    ),
    **_handled("bands.rows[]"),
    "autonomy": Described("How much each segment may do alone at the start. Segments not named here are at `gate`."),
    "autonomy.segments": Described(
        "Segment (`domain:task`, or `default` for items that name neither) -> `gate` (a person sees all), "
        "`exception` (rules and bands decide) or `monitor` (released, a share audited)."
    ),
    "autonomy.capped": Described("Segments that stay at `gate`, whatever anybody says elsewhere."),
    "hours": Described("Calendars of open hours, by name, for queues to count deadlines in."),
    "hours.*.zone": Described("The time zone, for instance Europe/Berlin."),
    "hours.*.week": Described('Open times by day: `mon-fri: "08:00-18:00"`, or a list of them.'),
    "hours.*.holidays": Described("Days on which nothing is open, such as 2026-12-25."),
    "queues": Described("The queues of reviews, by name. Without any there is one, called `review`."),
    "queues.*.kind": Described(
        "Whom it needs: `expert`, who understands more than the model, or `supervisor`, who answers for the risk.",
        "expert",
    ),
    "queues.*.level": Described("`junior`: every reviewer; `senior`: seniors only.", "junior"),
    "queues.*.skills": Described("Skills a reviewer must all have.", "[]"),
    "queues.*.languages": Described(
        "Languages of which a reviewer needs one; who has named no language is offered all.", "[]"
    ),
    "queues.*.priority": Described("0 to 100, or a CEL number; higher goes first. Waiting adds 1 per hour.", "50"),
    "queues.*.deadline": Described("Due within this time of the open hours, such as 4h.", "none"),
    "queues.*.hours": Described("The calendar the deadline counts in, one of `hours`.", "always"),
    "queues.*.warn": Described("Times before the deadline at which a warning goes out.", "[]"),
    "queues.*.fast_track": Described("Time left at which an item goes first.", "none"),
    "queues.*.at_breach": Described(
        "What happens when the deadline passes: `fallback`, `block`, `{elevate: queue}`, or "
        '`{release: "why, in words"}`. Must be there with a deadline.'
    ),
    "queues.*.requires": Described(
        "What a reviewer may do: `approval` (approve or reject) or `correction` (edit too).", "correction"
    ),
    "queues.*.reason": Described(
        "When a reason is asked: `when_changed` (edit or reject), `always` or `never`.", "when_changed"
    ),
    "queues.*.lease": Described("How long a reviewer holds an item without a sign of life.", "10m"),
    "queues.*.undo": Described("How long a verdict can be taken back.", "5s"),
    "queues.*.hide_scores": Described("Whether scores stay hidden until the reviewer has answered.", "false"),
    "queues.*.least_time": Described("How long an item must have been on screen before a verdict.", "0s"),
    "pending": Described("What the caller may show while people decide."),
    "pending.show": Described("`draft` (the unreviewed output), `fallback` (the safe text) or `nothing`.", "nothing"),
    "pending.label": Described("The words that mark what is shown."),
    "fallback": Described("The safe text for when no output may go out: one text, or one for each language."),
    "audit": Described("The random look at what was released automatically."),
    "audit.share": Described("The share of releases that is looked at.", "5%"),
    "audit.least": Described("The share is never below this.", "1%"),
    "audit.uniform": Described("How much of it is drawn at random; this version draws all of it so.", "100%"),
    "audit.queue": Described("The queue the audits go to.", "the queue of the lowest level"),
}
