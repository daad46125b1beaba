"""The functions of src: what sets each off, and a sample event to set it off with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from devserver.functions.invoke import short_name
from devserver.functions.samples import Sample, samples
from devserver.inspector.dom import Child, Element, x
from devserver.inspector.layout import FUNCTIONS, HOME, Frame, dot, facts, milliseconds, moment, page, post
from devserver.record.invocation import Summary
from tooling.blocks.blocks import Function

EVENT_ROWS = 14


def functions_page(
    frame: Frame, functions: Sequence[Function], found: Sequence[Summary], port: int
) -> Element:
    """found: the invocations that are kept, newest first."""
    last = {each.function: each for each in reversed(found)}
    head = x.div(class_="head")(x.h1("Functions"), x.span(class_="mut num")(len(functions)))
    # those that no browser reaches come first: this page is the only way to see them run
    ordered = sorted(functions, key=lambda function: bool(function.routes))
    cards = [_card(frame, function, last, port) for function in ordered]
    return page(frame, "Functions", head, x.div(class_="grid-cards functions")(cards))


def _card(frame: Frame, function: Function, last: Mapping[str, Summary], port: int) -> Element:
    before = last.get(function.name)
    return x.section(class_="card")(
        x.div(class_="card-head")(
            dot(before.failed) if before else x.span(class_="dot", role="img", aria_label="not invoked yet"),
            x.h2(function.name),
            x.code(class_="mut")(function.file),
        ),
        facts(
            {
                "Set off by": ", ".join(_triggers(function)) or "nothing that its block declares",
                "Limits": f"{function.timeout} s, {function.memory} MB",
                "Last": _last(before) if before else x.span(class_="mut")("not invoked in this run"),
                "From the shell": x.code(f"inv invoke {short_name(function).replace('_', '-')}"),
            }
        ),
        [_sample(frame, function, sample) for sample in samples(function, port=port)],
    )


def _triggers(function: Function) -> list[str]:
    named = {"queue": function.queue, "topic": function.topic}
    return [
        *function.routes,
        *([function.schedule] if function.schedule else []),
        *(f"{kind} {name}" for kind, name in named.items() if name),
    ]


def _last(before: Summary) -> Child:
    return (
        x.a(href=f"{HOME}invocations/{before.id}")((before.failure or before.title)[:80]),
        x.span(class_="mut")(" ", milliseconds(before.duration), " at ", moment(before.started)),
    )


def _sample(frame: Frame, function: Function, sample: Sample) -> Element:
    """One button with the sample as it is, and the same with an event that can be edited."""
    action = f"{FUNCTIONS}/{function.module}"
    label = {"route": sample.title, "none": "an empty event"}.get(
        sample.trigger, f"sample {sample.trigger} event"
    )
    text = json.dumps(sample.event, indent=2)
    area = f"event-{function.module}-{sample.trigger}"
    return x.div(class_="sample")(
        post(
            frame,
            action,
            f"Invoke with {label}" if sample.trigger != "route" else f"Invoke {label}",
            x.input(type="hidden", name="sample", value=sample.trigger),
            drawing="play",
            main=sample.trigger in ("schedule", "queue", "topic", "none"),
        ),
        x.details(class_="more")(
            x.summary(class_="link")("Edit the event first"),
            post(
                frame,
                action,
                "Invoke with this event",
                x.label(class_="sr-only", for_=area)(f"Event for {function.name}"),
                x.textarea(name="event", id=area, rows=EVENT_ROWS, spellcheck="false", class_="code")(
                    "\n", text
                ),
                drawing="play",
            ),
        ),
    )
