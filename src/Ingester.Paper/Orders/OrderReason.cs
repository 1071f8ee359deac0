namespace Ingester.Paper.Orders;

/// <summary>Why an order was rejected, cancelled or flagged. As text in kebab case, such as <c>no-book</c>.</summary>
internal enum OrderReason
{
    /// <summary>No reason is needed: accepted, filled, expired.</summary>
    None,

    /// <summary>Rejected: the book is not known, or the order needs levels beyond the depth to which it is known.</summary>
    NoBook,

    /// <summary>Rejected: trades are missing at this time, so that matching is suspended.</summary>
    Suspended,

    /// <summary>Rejected: the market does not trade.</summary>
    NotTrading,

    /// <summary>Rejected: the size is not positive, or above <see cref="InstrumentRules.MaxNumber"/>.</summary>
    InvalidSize,

    /// <summary>Rejected: a limit order without a price between zero and <see cref="InstrumentRules.MaxNumber"/>, or a market order with a price.</summary>
    InvalidPrice,

    /// <summary>Rejected: the price is not a multiple of the tick.</summary>
    OffTick,

    /// <summary>Rejected: the size is not a multiple of the lot.</summary>
    OffLot,

    /// <summary>Rejected: the size is below the minimum.</summary>
    BelowMinimumSize,

    /// <summary>Rejected: the notional is below the minimum.</summary>
    BelowMinimumNotional,

    /// <summary>Rejected: the order arrived at or after its expiry.</summary>
    ArrivedExpired,

    /// <summary>Cancelled: on request.</summary>
    Requested,

    /// <summary>Cancelled: the book had no more to fill an immediate order.</summary>
    NoLiquidity,

    /// <summary>The cancel request was rejected: the order is not known, or it has ended.</summary>
    NotOpen,

    /// <summary>Flagged as uncertain: events of the book are missing.</summary>
    BookGap,

    /// <summary>Flagged as uncertain: trades are missing.</summary>
    TradesGap,

    /// <summary>Flagged as unproven: nothing is known to be missing, and that is not proven.</summary>
    NotProven,
}
