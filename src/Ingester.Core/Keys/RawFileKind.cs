namespace Ingester.Core.Keys;

/// <summary>The three files of raw capture.</summary>
internal enum RawFileKind : byte
{
    /// <summary>Received messages.</summary>
    Ws,

    /// <summary>Sent messages.</summary>
    Sent,

    /// <summary>REST requests and their responses.</summary>
    Rest,
}
