namespace Ingester.Core.Archives;

/// <summary>What a column of a published file holds.</summary>
internal enum PublishedColumn
{
    /// <summary>Something that is not compared.</summary>
    Other,

    /// <summary>The exchange's id of the trade.</summary>
    Id,

    /// <summary>The price.</summary>
    Price,

    /// <summary>The size, in the unit of the stored rows.</summary>
    Size,

    /// <summary>The exchange time: seconds with a fraction, or a whole number of milliseconds, microseconds or nanoseconds.</summary>
    Time,

    /// <summary>The side of the aggressor: <c>buy</c>, <c>sell</c>, or 1 and 2 as the exchange defines them.</summary>
    Side,

    /// <summary><c>true</c> if the buyer was the maker: the aggressor sold.</summary>
    BuyerIsMaker,
}
