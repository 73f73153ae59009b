from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CallSummary(_message.Message):
    __slots__ = ["count", "last_failure", "median_milliseconds", "p99_milliseconds"]
    class LastFailure(_message.Message):
        __slots__ = ["method", "reason", "time"]
        METHOD_FIELD_NUMBER: _ClassVar[int]
        REASON_FIELD_NUMBER: _ClassVar[int]
        TIME_FIELD_NUMBER: _ClassVar[int]
        method: str
        reason: str
        time: _timestamp_pb2.Timestamp
        def __init__(self, time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., method: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...
    COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_FAILURE_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    P99_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    count: int
    last_failure: CallSummary.LastFailure
    median_milliseconds: float
    p99_milliseconds: float
    def __init__(self, count: _Optional[int] = ..., median_milliseconds: _Optional[float] = ..., p99_milliseconds: _Optional[float] = ..., last_failure: _Optional[_Union[CallSummary.LastFailure, _Mapping]] = ...) -> None: ...

class DiagnoseRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class Diagnosis(_message.Message):
    __slots__ = ["findings", "time"]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    time: _timestamp_pb2.Timestamp
    def __init__(self, time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ["advice", "message", "subject", "weight"]
    class Weight(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FINE: Finding.Weight
    WEIGHT_PROBLEM: Finding.Weight
    WEIGHT_UNSPECIFIED: Finding.Weight
    WEIGHT_WARNING: Finding.Weight
    advice: str
    message: str
    subject: str
    weight: Finding.Weight
    def __init__(self, subject: _Optional[str] = ..., weight: _Optional[_Union[Finding.Weight, str]] = ..., message: _Optional[str] = ..., advice: _Optional[str] = ...) -> None: ...

class GalleryRecall(_message.Message):
    __slots__ = ["calibrated", "exact", "face_count", "gallery", "measured", "promised", "samples"]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    PROMISED_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    calibrated: float
    exact: bool
    face_count: int
    gallery: str
    measured: float
    promised: float
    samples: int
    def __init__(self, gallery: _Optional[str] = ..., face_count: _Optional[int] = ..., exact: bool = ..., promised: _Optional[float] = ..., calibrated: _Optional[float] = ..., measured: _Optional[float] = ..., samples: _Optional[int] = ...) -> None: ...

class GetLastHourRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class GetServerStatusRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class LastHour(_message.Message):
    __slots__ = ["minutes", "reasons", "stages"]
    class Minute(_message.Message):
        __slots__ = ["calls", "failures", "stages", "start_time"]
        CALLS_FIELD_NUMBER: _ClassVar[int]
        FAILURES_FIELD_NUMBER: _ClassVar[int]
        STAGES_FIELD_NUMBER: _ClassVar[int]
        START_TIME_FIELD_NUMBER: _ClassVar[int]
        calls: int
        failures: int
        stages: _containers.RepeatedCompositeFieldContainer[StageTimes]
        start_time: _timestamp_pb2.Timestamp
        def __init__(self, start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., calls: _Optional[int] = ..., failures: _Optional[int] = ..., stages: _Optional[_Iterable[_Union[StageTimes, _Mapping]]] = ...) -> None: ...
    class ReasonCount(_message.Message):
        __slots__ = ["count", "reason"]
        COUNT_FIELD_NUMBER: _ClassVar[int]
        REASON_FIELD_NUMBER: _ClassVar[int]
        count: int
        reason: str
        def __init__(self, reason: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    minutes: _containers.RepeatedCompositeFieldContainer[LastHour.Minute]
    reasons: _containers.RepeatedCompositeFieldContainer[LastHour.ReasonCount]
    stages: _containers.RepeatedCompositeFieldContainer[StageTimes]
    def __init__(self, minutes: _Optional[_Iterable[_Union[LastHour.Minute, _Mapping]]] = ..., stages: _Optional[_Iterable[_Union[StageTimes, _Mapping]]] = ..., reasons: _Optional[_Iterable[_Union[LastHour.ReasonCount, _Mapping]]] = ...) -> None: ...

class ScrubReport(_message.Message):
    __slots__ = ["damage_count", "damages", "face_count", "last_end_time", "running"]
    class Damage(_message.Message):
        __slots__ = ["face", "part"]
        FACE_FIELD_NUMBER: _ClassVar[int]
        PART_FIELD_NUMBER: _ClassVar[int]
        face: str
        part: str
        def __init__(self, face: _Optional[str] = ..., part: _Optional[str] = ...) -> None: ...
    DAMAGES_FIELD_NUMBER: _ClassVar[int]
    DAMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_END_TIME_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    damage_count: int
    damages: _containers.RepeatedCompositeFieldContainer[ScrubReport.Damage]
    face_count: int
    last_end_time: _timestamp_pb2.Timestamp
    running: bool
    def __init__(self, running: bool = ..., face_count: _Optional[int] = ..., last_end_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., damage_count: _Optional[int] = ..., damages: _Optional[_Iterable[_Union[ScrubReport.Damage, _Mapping]]] = ...) -> None: ...

class SearchServerStatus(_message.Message):
    __slots__ = ["address", "compared_time", "failure", "missing_count", "pending_count", "state_time"]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    COMPARED_TIME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    MISSING_COUNT_FIELD_NUMBER: _ClassVar[int]
    PENDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_TIME_FIELD_NUMBER: _ClassVar[int]
    address: str
    compared_time: _timestamp_pb2.Timestamp
    failure: str
    missing_count: int
    pending_count: int
    state_time: _timestamp_pb2.Timestamp
    def __init__(self, address: _Optional[str] = ..., pending_count: _Optional[int] = ..., missing_count: _Optional[int] = ..., failure: _Optional[str] = ..., state_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., compared_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ServerStatus(_message.Message):
    __slots__ = ["active_model", "calls", "disk_free_bytes", "face_count", "false_positive_rate", "gallery_count", "identity_count", "kernels", "max_photo_bytes", "max_photo_pixels", "recalls", "replica_lag_seconds", "scrub", "search", "start_time", "state", "state_time", "store_bytes", "vector_size", "version", "waiting", "waiting_limit", "workers", "write_refusal"]
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    ACTIVE_MODEL_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_BYTES_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    KERNELS_FIELD_NUMBER: _ClassVar[int]
    MAX_PHOTO_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_PHOTO_PIXELS_FIELD_NUMBER: _ClassVar[int]
    RECALLS_FIELD_NUMBER: _ClassVar[int]
    REPLICA_LAG_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SCRUB_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_READ_ONLY: ServerStatus.State
    STATE_SERVING: ServerStatus.State
    STATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_UNSPECIFIED: ServerStatus.State
    STORE_BYTES_FIELD_NUMBER: _ClassVar[int]
    VECTOR_SIZE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    WAITING_LIMIT_FIELD_NUMBER: _ClassVar[int]
    WORKERS_FIELD_NUMBER: _ClassVar[int]
    WRITE_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    active_model: str
    calls: CallSummary
    disk_free_bytes: int
    face_count: int
    false_positive_rate: float
    gallery_count: int
    identity_count: int
    kernels: str
    max_photo_bytes: int
    max_photo_pixels: int
    recalls: _containers.RepeatedCompositeFieldContainer[GalleryRecall]
    replica_lag_seconds: float
    scrub: ScrubReport
    search: SearchServerStatus
    start_time: _timestamp_pb2.Timestamp
    state: ServerStatus.State
    state_time: _timestamp_pb2.Timestamp
    store_bytes: int
    vector_size: int
    version: str
    waiting: int
    waiting_limit: int
    workers: int
    write_refusal: str
    def __init__(self, version: _Optional[str] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., active_model: _Optional[str] = ..., gallery_count: _Optional[int] = ..., identity_count: _Optional[int] = ..., face_count: _Optional[int] = ..., store_bytes: _Optional[int] = ..., max_photo_bytes: _Optional[int] = ..., max_photo_pixels: _Optional[int] = ..., false_positive_rate: _Optional[float] = ..., kernels: _Optional[str] = ..., write_refusal: _Optional[str] = ..., state: _Optional[_Union[ServerStatus.State, str]] = ..., state_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., disk_free_bytes: _Optional[int] = ..., workers: _Optional[int] = ..., waiting: _Optional[int] = ..., waiting_limit: _Optional[int] = ..., calls: _Optional[_Union[CallSummary, _Mapping]] = ..., scrub: _Optional[_Union[ScrubReport, _Mapping]] = ..., vector_size: _Optional[int] = ..., recalls: _Optional[_Iterable[_Union[GalleryRecall, _Mapping]]] = ..., search: _Optional[_Union[SearchServerStatus, _Mapping]] = ..., replica_lag_seconds: _Optional[float] = ...) -> None: ...

class StageTimes(_message.Message):
    __slots__ = ["count", "median_milliseconds", "p99_milliseconds", "stage"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    P99_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    count: int
    median_milliseconds: float
    p99_milliseconds: float
    stage: str
    def __init__(self, stage: _Optional[str] = ..., count: _Optional[int] = ..., median_milliseconds: _Optional[float] = ..., p99_milliseconds: _Optional[float] = ...) -> None: ...
