namespace Ingester.Deriving.Objects;

/// <summary>A kind of derived data.</summary>
public enum DerivedDataset : byte
{
    /// <summary>Bars of trades.</summary>
    Bars,

    /// <summary>The best bid and ask at each change.</summary>
    Quotes,

    /// <summary>Metrics of order books on a grid.</summary>
    BookMetrics,
}
