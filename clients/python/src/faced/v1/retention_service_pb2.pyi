from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErasureReceipt(_message.Message):
    __slots__ = ["enrolled_before", "face_count", "gallery", "identity_count", "search_compact_time", "search_delete_time", "time"]
    ENROLLED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEARCH_COMPACT_TIME_FIELD_NUMBER: _ClassVar[int]
    SEARCH_DELETE_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    enrolled_before: _timestamp_pb2.Timestamp
    face_count: int
    gallery: str
    identity_count: int
    search_compact_time: _timestamp_pb2.Timestamp
    search_delete_time: _timestamp_pb2.Timestamp
    time: _timestamp_pb2.Timestamp
    def __init__(self, gallery: _Optional[str] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., enrolled_before: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., face_count: _Optional[int] = ..., identity_count: _Optional[int] = ..., search_delete_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., search_compact_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetRetentionRequest(_message.Message):
    __slots__ = ["gallery"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    def __init__(self, gallery: _Optional[str] = ...) -> None: ...

class ListErasuresRequest(_message.Message):
    __slots__ = ["gallery", "limit"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    limit: int
    def __init__(self, gallery: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListErasuresResponse(_message.Message):
    __slots__ = ["receipts"]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    receipts: _containers.RepeatedCompositeFieldContainer[ErasureReceipt]
    def __init__(self, receipts: _Optional[_Iterable[_Union[ErasureReceipt, _Mapping]]] = ...) -> None: ...

class Retention(_message.Message):
    __slots__ = ["gallery", "max_age_seconds"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    max_age_seconds: int
    def __init__(self, gallery: _Optional[str] = ..., max_age_seconds: _Optional[int] = ...) -> None: ...

class SetRetentionRequest(_message.Message):
    __slots__ = ["gallery", "max_age_seconds"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    max_age_seconds: int
    def __init__(self, gallery: _Optional[str] = ..., max_age_seconds: _Optional[int] = ...) -> None: ...
