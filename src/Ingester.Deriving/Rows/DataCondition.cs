namespace Ingester.Deriving.Rows;

/// <summary>What is known about a derived row, from the best to the worst.</summary>
internal enum DataCondition : byte
{
    /// <summary>All data of the span is stored, and that is proven.</summary>
    Complete,

    /// <summary>Nothing happened in the span, and that is proven.</summary>
    Quiet,

    /// <summary>The book is known, but at least one metric of the row needs levels beyond the depth to which it is known. That metric is null.</summary>
    BeyondHorizon,

    /// <summary>Nothing is known to be missing, and nothing proves that: the exchange offers no proof, or a diff is doubtful.</summary>
    Unproven,

    /// <summary>Replicas stored different data, and neither is proven. The values are those of one replica.</summary>
    Disputed,

    /// <summary>A part of the data is missing, or may be. Totals are null.</summary>
    Partial,

    /// <summary>Nothing is stored, and the span is not proven quiet; or the book is not known. All values are null.</summary>
    Missing,
}
