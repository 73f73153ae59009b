from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetServerStatusRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ServerStatus(_message.Message):
    __slots__ = ["active_model", "face_count", "false_positive_rate", "gallery_count", "identity_count", "kernels", "max_photo_bytes", "max_photo_pixels", "start_time", "store_bytes", "version", "write_refusal"]
    ACTIVE_MODEL_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    KERNELS_FIELD_NUMBER: _ClassVar[int]
    MAX_PHOTO_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_PHOTO_PIXELS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STORE_BYTES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WRITE_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    active_model: str
    face_count: int
    false_positive_rate: float
    gallery_count: int
    identity_count: int
    kernels: str
    max_photo_bytes: int
    max_photo_pixels: int
    start_time: _timestamp_pb2.Timestamp
    store_bytes: int
    version: str
    write_refusal: str
    def __init__(self, version: _Optional[str] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., active_model: _Optional[str] = ..., gallery_count: _Optional[int] = ..., identity_count: _Optional[int] = ..., face_count: _Optional[int] = ..., store_bytes: _Optional[int] = ..., max_photo_bytes: _Optional[int] = ..., max_photo_pixels: _Optional[int] = ..., false_positive_rate: _Optional[float] = ..., kernels: _Optional[str] = ..., write_refusal: _Optional[str] = ...) -> None: ...
