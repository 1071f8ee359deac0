namespace Ingester.Core.Decoding;

/// <summary>Meaning of a field of a message: what it is, and in which form the exchange writes it.</summary>
internal enum Field : byte
{
    /// <summary>The exchange's symbol, a text.</summary>
    Symbol,

    /// <summary>An id that counts the messages of its market: a whole number, with or without quotes. It becomes the sequence range and the id of the row.</summary>
    Sequence,

    /// <summary>An id that only names its message, as text or as a whole number of any size. It becomes the id of the row.</summary>
    Id,

    /// <summary>The number of trades that a message represents: <see cref="Sequence"/> is the id of the last of them. Default: one.</summary>
    Count,

    /// <summary>The first id of a diff.</summary>
    FirstId,

    /// <summary>The last id of a diff, or the id of a snapshot.</summary>
    LastId,

    /// <summary>The last id of the previous diff.</summary>
    PreviousId,

    /// <summary>A price, with or without quotes.</summary>
    Price,

    /// <summary>A size, with or without quotes.</summary>
    Size,

    /// <summary>A size whose minus sign means that the taker sold; the sign is not part of the size.</summary>
    SignedSize,

    /// <summary>The side of the taker: <c>buy</c> or <c>sell</c>, in any letter case, or their first letters.</summary>
    TakerSide,

    /// <summary>The side of the taker's order: <c>bid</c> or <c>ask</c>, in any letter case, or their first letters.</summary>
    TakerOrder,

    /// <summary>The side of the maker: <c>buy</c> or <c>sell</c>, as for <see cref="TakerSide"/>.</summary>
    MakerSide,

    /// <summary>True when the buyer is the maker, so that the taker sold.</summary>
    BuyerIsMaker,

    /// <summary>The exchange's own type of a trade, a text; it becomes the type of the row unless the decoder clears it.</summary>
    TradeType,

    /// <summary>A flag of a trade that is not a market trade: where it is true, the name of the field becomes the type of the row.</summary>
    TypeFlag,

    /// <summary>Seconds since 1970 UTC, possibly with a fraction, with or without quotes.</summary>
    Seconds,

    /// <summary>Milliseconds since 1970 UTC, possibly with a fraction, with or without quotes.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970 UTC, with or without quotes.</summary>
    Microseconds,

    /// <summary>Nanoseconds since 1970 UTC, with or without quotes; further digits than microseconds are cut off.</summary>
    Nanoseconds,

    /// <summary>A time such as <c>2021-04-17T16:43:30.244075Z</c>.</summary>
    UtcTime,

    /// <summary>The levels of the bids.</summary>
    Bids,

    /// <summary>The levels of the asks.</summary>
    Asks,

    /// <summary>A checksum: an unsigned or signed 32-bit number.</summary>
    Checksum,
}
