namespace Ingester.Core.Time;

/// <summary>
/// Marks an unusual time of a row. The row states it in its last field, <c>"time"</c> (rules T2, T5 and T6 of <c>docs/proof.md</c>).
/// </summary>
internal enum TimeMark : byte
{
    /// <summary>No mark: the time is the exchange's, and the row is in its own window. The row has no such field.</summary>
    None,

    /// <summary>The exchange sends no time: the latest exchange time of the connection is used.</summary>
    Derived,

    /// <summary>The exchange sends no time, and the connection has no exchange time: the local time is used.</summary>
    Received,

    /// <summary>The time is implausibly far ahead: the row is in the window that was open.</summary>
    Implausible,

    /// <summary>The time is before the window that was open: the row is in that window.</summary>
    OutOfOrder,
}

/// <summary>The texts of <see cref="TimeMark"/>.</summary>
internal static class TimeMarks
{
    /// <summary>The last field of a row, with a comma before it; empty for <see cref="TimeMark.None"/>.</summary>
    public static ReadOnlySpan<byte> Field(this TimeMark mark) => mark switch
    {
        TimeMark.Derived => ",\"time\":\"derived\""u8,
        TimeMark.Received => ",\"time\":\"received\""u8,
        TimeMark.Implausible => ",\"time\":\"implausible\""u8,
        TimeMark.OutOfOrder => ",\"time\":\"out-of-order\""u8,
        _ => default,
    };
}
