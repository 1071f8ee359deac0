namespace Ingester.Publishing.Statements;

/// <summary>The condition of a day in one word.</summary>
internal enum Condition
{
    /// <summary>Every minute of the day is proven complete or quiet, and every file is exported.</summary>
    Available,

    /// <summary>Something is missing, disputed, not proven or was not recorded; the reasons name it.</summary>
    Degraded,

    /// <summary>Something is stored that is not exported yet.</summary>
    Pending,

    /// <summary>Nothing is stored, and the day is not proven quiet.</summary>
    Missing,
}
