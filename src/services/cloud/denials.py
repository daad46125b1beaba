"""What AWS's own text says of a denial: which kind of policy denies, and where it can be mended.

The forms are those of "Troubleshoot access denied error messages" in the IAM User Guide, and of EC2, which
puts an encoded message behind them. Services that don't follow them name no kind of policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SERVICE_CONTROL, RESOURCE_CONTROL = "service control policy", "resource control policy"
# where each kind is changed; one that is not here is named as AWS names it
PLACES = {
    SERVICE_CONTROL: "the organisation's service control policy",
    RESOURCE_CONTROL: "the organisation's resource control policy",
    "vpc endpoint policy": "the policy of the VPC endpoint that the request went through",
    "permissions boundary": "the permissions boundary of that user or role",
    "session policy": "the session policy that the credentials were asked for with",
    "resource-based policy": "the resource's own policy",
    "identity-based policy": "its policy",
    "role trust policy": "the role's trust policy",
}
DECODE = "aws sts decode-authorization-message"
_LOOKED_AT = 20_000  # characters: EC2's encoded message may have several thousand
_ACTION = re.compile(r"perform:? ([A-Za-z0-9-]{1,60}:[A-Za-z0-9]{1,100})")
_KIND = r"([A-Za-z][A-Za-z -]{2,60}?(?:policy|boundary))\b"
_EXPLICIT = re.compile(rf"with an explicit deny in (?:an?|the) {_KIND}(?:: (arn:[\w:/.+=,@-]{{1,300}}[\w]))?")
_TRANSITIVE = re.compile(rf"transitively through (?:an?|the) {_KIND}")
_IMPLICIT = re.compile(rf"because no {_KIND} allows the")
_ENCODED = "Encoded authorization failure message"


@dataclass(frozen=True)
class Denial:
    """policy: the kind that denies, "" where AWS does not say. explicit: it has a Deny, rather than no Allow.

    action: that AWS names. arn: of the policy. encoded: AWS gave the reason as text that only it can decode.
    """

    policy: str = ""
    explicit: bool = False
    action: str = ""
    arn: str = ""
    encoded: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing in the account can allow it: the organisation's policies stand above it."""
        return self.policy in (SERVICE_CONTROL, RESOURCE_CONTROL)

    @property
    def why(self) -> str:
        """What denies it, to stand behind a colon; "" where AWS does not say."""
        kind = self.policy.replace("vpc", "VPC")
        article = "an" if kind[:1] in "aeiou" else "a"
        if self.explicit:
            return f"{article} {kind} denies it" if kind else "a policy denies it"
        return f"no {kind} allows it" if kind else ""

    def way_out(self, action: str) -> str:
        """Where it can be allowed; action: as IAM names it."""
        place = PLACES.get(self.policy, f"the {self.policy}") if self.policy else ""
        if self.explicit:
            place = place or "the policy that has it, which AWS does not name"
            return f"take the deny of {action} out of {place}" + (f" ({self.arn})" if self.arn else "")
        if place:
            return f"allow {action} in {place}"
        told = f"; if it does, {DECODE} tells which policy denies it" if self.encoded else ""
        return f"allow {action} in its policy{told}"


def denial_of(message: str) -> Denial:
    """What the text of an error says, which may be hostile, or anything."""
    said = " ".join(message[:_LOOKED_AT].split())
    action, explicit, implicit = _ACTION.search(said), _EXPLICIT.search(said), _IMPLICIT.search(said)
    through = _TRANSITIVE.search(said)
    found = through or explicit or implicit
    return Denial(
        policy=_kind(found[1]) if found else "",
        explicit=bool(explicit or through) or "with an explicit deny" in said,
        action=action[1] if action else "",
        arn=(explicit[2] or "") if explicit and not through else "",
        encoded=_ENCODED in said,
    )


def _kind(said: str) -> str:
    """ "sessions policy", as the guide has it once, is a session policy."""
    return said.lower().replace("sessions ", "session ")
