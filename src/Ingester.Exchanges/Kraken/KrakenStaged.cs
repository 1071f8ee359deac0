using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>One trade of a frame, kept until the whole frame is read and its trades are in order.</summary>
internal struct KrakenTrade
{
    /// <summary>The symbol, in the frame.</summary>
    public Slice Symbol;

    /// <summary>The id as it stands, in the frame.</summary>
    public Slice IdText;

    /// <summary>The price, in the frame.</summary>
    public Slice Price;

    /// <summary>The size, in the frame.</summary>
    public Slice Size;

    /// <summary>The id.</summary>
    public long Id;

    /// <summary>The time.</summary>
    public long Micros;

    /// <summary>True when the aggressor sold.</summary>
    public bool TakerSells;

    /// <summary>The number of its symbol, in the order in which symbols first appear in the frame: trades of one symbol stay together.</summary>
    public int Group;

    /// <summary>Where it stood in the frame: equal ids keep their order.</summary>
    public int Place;

    /// <summary>By symbol, then by id, then as sent.</summary>
    public static int Compare(KrakenTrade one, KrakenTrade other) => (one.Group, one.Id, one.Place).CompareTo((other.Group, other.Id, other.Place));
}

/// <summary>One book or diff of a frame, kept until the whole frame is read.</summary>
internal struct KrakenBook
{
    /// <summary>The symbol, in the frame.</summary>
    public Slice Symbol;

    /// <summary>The bids, in the scratch.</summary>
    public Slice Bids;

    /// <summary>The asks, in the scratch.</summary>
    public Slice Asks;

    /// <summary>The time; null where the frame has none.</summary>
    public long? Micros;

    /// <summary>The checksum of the book after it; null where the frame has none.</summary>
    public uint? Checksum;

    /// <summary>How many levels the larger side has.</summary>
    public int Levels;
}
