namespace Ingester.Core.Exchanges;

/// <summary>What a binary WebSocket message of an exchange contains. Text messages are passed to the decoder in any case.</summary>
internal enum BinaryFrames : byte
{
    /// <summary>The exchange sends no binary messages; one is decoded as it is.</summary>
    Plain,

    /// <summary>A gzip member with UTF-8 text.</summary>
    Gzip,

    /// <summary>A raw DEFLATE stream with UTF-8 text.</summary>
    Deflate,
}
