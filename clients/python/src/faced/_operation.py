"""How the daemon has been doing: the call of both clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from faced import _types as t
from faced._calls import Call, method_path, time_of
from faced.v1 import server_service_pb2


def last_hour() -> Call[t.LastHour]:
    return Call(
        method_path("ServerService", "GetLastHour"),
        server_service_pb2.GetLastHourRequest(),
        server_service_pb2.LastHour,
        lambda hour: t.LastHour(
            minutes=tuple(
                t.Minute(time_of(m.start_time), m.calls, m.failures, _stages(m.stages)) for m in hour.minutes
            ),
            stages=_stages(hour.stages),
            reasons={count.reason: count.count for count in hour.reasons},
        ),
    )


def _stages(stages: Iterable[Any]) -> dict[str, t.StageTimes]:
    return {s.stage: t.StageTimes(s.count, s.median_milliseconds, s.p99_milliseconds) for s in stages}
