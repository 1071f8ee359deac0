namespace Ingester.Core.Recordings;

/// <summary>Kind of an entry of a recording.</summary>
internal enum RecordedFrameKind : byte
{
    /// <summary>A text message (<c>t</c>).</summary>
    Text,

    /// <summary>A binary message (<c>b</c>), in base64 in the file; also a text message that contains a line break.</summary>
    Binary,

    /// <summary>The connection was opened (<c>o</c>); the frame is its address.</summary>
    Open,

    /// <summary>The connection was closed (<c>c</c>); the frame is the reason.</summary>
    Close,

    /// <summary>What the recorder knew about the streams of the connection (<c>s</c>); the frame is a <see cref="Raw.RawLaneNote"/>.</summary>
    Streams,

    /// <summary>Messages of the connection are missing here (<c>d</c>); the frame is their number.</summary>
    Dropped,

    /// <summary>The format of the file (<c>f</c>), its first line; the frame is the version. It is checked and not returned.</summary>
    Format,
}
