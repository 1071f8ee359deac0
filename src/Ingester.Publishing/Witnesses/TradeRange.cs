using System.Globalization;

namespace Ingester.Publishing.Witnesses;

/// <summary>Trades next to each other that only one source has.</summary>
internal sealed record TradeRange
{
    /// <summary>Number of trades.</summary>
    public long Count { get; set; }

    /// <summary>The first id; null if ids are not numbers.</summary>
    public long? FirstId { get; init; }

    /// <summary>The last id; null if ids are not numbers.</summary>
    public long? LastId { get; set; }

    /// <summary>Time of the first trade, microseconds since 1970 UTC.</summary>
    public long FirstMicros { get; init; }

    /// <summary>Time of the last trade, microseconds since 1970 UTC.</summary>
    public long LastMicros { get; set; }

    /// <summary>The range as text.</summary>
    /// <param name="noun">What it has, such as <c>trades</c>.</param>
    public string Describe(string noun) => string.Create(CultureInfo.InvariantCulture,
        $"{Count:N0} {noun}{(FirstId is null ? "" : FirstId == LastId ? $", id {FirstId}" : $", ids {FirstId} to {LastId}")}, {Time(FirstMicros)} to {Time(LastMicros)}");

    private static string Time(long micros) => Core.Time.Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
