from faced.v1 import reindex_comparison_pb2 as _reindex_comparison_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AddModelRequest(_message.Message):
    __slots__ = ["chunk", "label", "preset"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PRESET_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    label: str
    preset: str
    def __init__(self, label: _Optional[str] = ..., chunk: _Optional[bytes] = ..., preset: _Optional[str] = ...) -> None: ...

class CancelReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class CompareReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DropModelVectorsRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ["models"]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ...) -> None: ...

class ListReindexJobsRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ListReindexJobsResponse(_message.Message):
    __slots__ = ["jobs"]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[ReindexJob]
    def __init__(self, jobs: _Optional[_Iterable[_Union[ReindexJob, _Mapping]]] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ["active", "add_time", "architecture", "compatible_with", "embedding_size", "findings", "input_size", "label", "name", "problem", "vectors_kept_until"]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    ADD_TIME_FIELD_NUMBER: _ClassVar[int]
    ARCHITECTURE_FIELD_NUMBER: _ClassVar[int]
    COMPATIBLE_WITH_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_SIZE_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    INPUT_SIZE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    VECTORS_KEPT_UNTIL_FIELD_NUMBER: _ClassVar[int]
    active: bool
    add_time: _timestamp_pb2.Timestamp
    architecture: str
    compatible_with: str
    embedding_size: int
    findings: _containers.RepeatedScalarFieldContainer[str]
    input_size: int
    label: str
    name: str
    problem: str
    vectors_kept_until: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., architecture: _Optional[str] = ..., label: _Optional[str] = ..., add_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., embedding_size: _Optional[int] = ..., input_size: _Optional[int] = ..., active: bool = ..., problem: _Optional[str] = ..., vectors_kept_until: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., compatible_with: _Optional[str] = ..., findings: _Optional[_Iterable[str]] = ...) -> None: ...

class PauseReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ReindexJob(_message.Message):
    __slots__ = ["agreeing_faces", "compared_faces", "done_faces", "end_time", "faces_per_second", "follows", "from_model", "message", "name", "remaining_seconds", "reused_faces", "skipped_faces", "start_time", "state", "to_model", "total_faces"]
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    AGREEING_FACES_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FACES_FIELD_NUMBER: _ClassVar[int]
    DONE_FACES_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    FACES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    FOLLOWS_FIELD_NUMBER: _ClassVar[int]
    FROM_MODEL_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REMAINING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REUSED_FACES_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FACES_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_AWAITING_DECISION: ReindexJob.State
    STATE_CANCELLED: ReindexJob.State
    STATE_FAILED: ReindexJob.State
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_PAUSED: ReindexJob.State
    STATE_RUNNING: ReindexJob.State
    STATE_SUCCEEDED: ReindexJob.State
    STATE_UNSPECIFIED: ReindexJob.State
    TOTAL_FACES_FIELD_NUMBER: _ClassVar[int]
    TO_MODEL_FIELD_NUMBER: _ClassVar[int]
    agreeing_faces: int
    compared_faces: int
    done_faces: int
    end_time: _timestamp_pb2.Timestamp
    faces_per_second: float
    follows: bool
    from_model: str
    message: str
    name: str
    remaining_seconds: float
    reused_faces: int
    skipped_faces: int
    start_time: _timestamp_pb2.Timestamp
    state: ReindexJob.State
    to_model: str
    total_faces: int
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[ReindexJob.State, str]] = ..., from_model: _Optional[str] = ..., to_model: _Optional[str] = ..., total_faces: _Optional[int] = ..., done_faces: _Optional[int] = ..., skipped_faces: _Optional[int] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., message: _Optional[str] = ..., reused_faces: _Optional[int] = ..., compared_faces: _Optional[int] = ..., agreeing_faces: _Optional[int] = ..., faces_per_second: _Optional[float] = ..., remaining_seconds: _Optional[float] = ..., follows: bool = ...) -> None: ...

class ResumeReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class RollBackReindexRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class StartReindexRequest(_message.Message):
    __slots__ = ["ask_before_switch", "max_workers", "model", "required_agreement"]
    ASK_BEFORE_SWITCH_FIELD_NUMBER: _ClassVar[int]
    MAX_WORKERS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    ask_before_switch: bool
    max_workers: int
    model: str
    required_agreement: float
    def __init__(self, model: _Optional[str] = ..., required_agreement: _Optional[float] = ..., max_workers: _Optional[int] = ..., ask_before_switch: bool = ...) -> None: ...

class WatchReindexJobRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...
