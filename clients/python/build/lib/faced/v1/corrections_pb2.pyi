from faced.v1 import gallery_service_pb2 as _gallery_service_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Change(_message.Message):
    __slots__ = ["create_time", "face_count", "from_display_name", "into", "into_display_name", "kind", "name", "state"]
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ERASED: Change.State
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FROM_DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    INTO_DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    INTO_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE: Change.State
    KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_UNSPECIFIED: Change.Kind
    MERGE: Change.Kind
    MOVE: Change.Kind
    NAME_FIELD_NUMBER: _ClassVar[int]
    RENAME: Change.Kind
    SPLIT: Change.Kind
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_UNSPECIFIED: Change.State
    UNDONE: Change.State
    create_time: _timestamp_pb2.Timestamp
    face_count: int
    from_display_name: str
    into: str
    into_display_name: str
    kind: Change.Kind
    name: str
    state: Change.State
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[Change.Kind, str]] = ..., state: _Optional[_Union[Change.State, str]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., into: _Optional[str] = ..., from_display_name: _Optional[str] = ..., into_display_name: _Optional[str] = ..., face_count: _Optional[int] = ..., **kwargs) -> None: ...

class CorrectionResponse(_message.Message):
    __slots__ = ["change", "identity"]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    change: Change
    identity: _gallery_service_pb2.Identity
    def __init__(self, change: _Optional[_Union[Change, _Mapping]] = ..., identity: _Optional[_Union[_gallery_service_pb2.Identity, _Mapping]] = ...) -> None: ...

class IdentityChoice(_message.Message):
    __slots__ = ["name", "named"]
    NAMED_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    named: _gallery_service_pb2.NamedIdentity
    def __init__(self, name: _Optional[str] = ..., named: _Optional[_Union[_gallery_service_pb2.NamedIdentity, _Mapping]] = ...) -> None: ...

class ListChangesRequest(_message.Message):
    __slots__ = ["page_size", "page_token", "parent"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    parent: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListChangesResponse(_message.Message):
    __slots__ = ["changes", "next_page_token"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class MergeIdentitiesRequest(_message.Message):
    __slots__ = ["into"]
    FROM_FIELD_NUMBER: _ClassVar[int]
    INTO_FIELD_NUMBER: _ClassVar[int]
    into: IdentityChoice
    def __init__(self, into: _Optional[_Union[IdentityChoice, _Mapping]] = ..., **kwargs) -> None: ...

class MoveFacesRequest(_message.Message):
    __slots__ = ["faces", "into"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    INTO_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedScalarFieldContainer[str]
    into: IdentityChoice
    def __init__(self, faces: _Optional[_Iterable[str]] = ..., into: _Optional[_Union[IdentityChoice, _Mapping]] = ...) -> None: ...

class SplitIdentityRequest(_message.Message):
    __slots__ = ["display_name", "faces"]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FACES_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    faces: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, faces: _Optional[_Iterable[str]] = ..., display_name: _Optional[str] = ..., **kwargs) -> None: ...

class UndoChangeRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...
