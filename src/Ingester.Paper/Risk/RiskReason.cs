namespace Ingester.Paper.Risk;

/// <summary>Why an order is refused. As text in kebab case, such as <c>stale-data</c>.</summary>
internal enum RiskReason
{
    /// <summary>The kill file exists.</summary>
    KillFile,

    /// <summary>The value of the order is above the maximum.</summary>
    MaxAmount,

    /// <summary>The risk score is above the threshold.</summary>
    RiskThreshold,

    /// <summary>The position would be above the maximum.</summary>
    MaxPosition,

    /// <summary>The loss of the day has reached its limit.</summary>
    DailyLoss,

    /// <summary>The last order in the market is too recent.</summary>
    CoolDown,

    /// <summary>There was an order in this window already.</summary>
    OrderWindow,

    /// <summary>The last event of the book or the trades is too old.</summary>
    StaleData,

    /// <summary>The book is not proven to follow its snapshot.</summary>
    BookNotProven,

    /// <summary>A gap of the book or the trades is open.</summary>
    OpenGap,

    /// <summary>There is nothing to sell, or not enough cash to buy.</summary>
    NoFunds,
}
