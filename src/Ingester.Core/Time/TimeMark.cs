namespace Ingester.Core.Time;

/// <summary>What is unusual about the time of a row; the row says it in its last field, <c>"time"</c> (rules T2, T5 and T6 of <c>docs/proof.md</c>).</summary>
internal enum TimeMark : byte
{
    /// <summary>Nothing: it is the exchange's time, and the row is in its window. The row has no such field.</summary>
    None,

    /// <summary>The exchange sends no time: it is the latest that the connection heard.</summary>
    Derived,

    /// <summary>The exchange sends no time, and the connection had heard none: it is the local clock.</summary>
    Received,

    /// <summary>It is too far ahead to be true: the row is in the window that was open.</summary>
    Implausible,

    /// <summary>It lies before the window that was open: the row is in that one.</summary>
    OutOfOrder,
}

/// <summary>The texts of <see cref="TimeMark"/>.</summary>
internal static class TimeMarks
{
    /// <summary>The field as it ends a row, with a comma before it; empty for <see cref="TimeMark.None"/>.</summary>
    public static ReadOnlySpan<byte> Field(this TimeMark mark) => mark switch
    {
        TimeMark.Derived => ",\"time\":\"derived\""u8,
        TimeMark.Received => ",\"time\":\"received\""u8,
        TimeMark.Implausible => ",\"time\":\"implausible\""u8,
        TimeMark.OutOfOrder => ",\"time\":\"out-of-order\""u8,
        _ => default,
    };
}
