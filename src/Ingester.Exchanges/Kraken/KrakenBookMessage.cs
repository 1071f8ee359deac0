using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>One snapshot or diff of a frame, held until the whole frame is read.</summary>
internal struct KrakenBookMessage
{
    /// <summary>The symbol, in the frame.</summary>
    public Slice Symbol;

    /// <summary>The bids, in the level buffer.</summary>
    public Slice Bids;

    /// <summary>The asks, in the level buffer.</summary>
    public Slice Asks;

    /// <summary>The exchange time; null when the frame has none.</summary>
    public long? Micros;

    /// <summary>The checksum of the book after this message; null when the frame has none.</summary>
    public uint? Checksum;

    /// <summary>Number of levels of the larger side.</summary>
    public int Levels;
}
