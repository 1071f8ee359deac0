using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Windows;

/// <summary>A stored window whose length differs from the settings for its time: rows would be stored twice, under both lengths.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Stored">The stored window.</param>
/// <param name="Minutes">The length in minutes by the settings.</param>
/// <param name="Replica">The replica that wrote the stored window; null when it is not known.</param>
internal sealed record WindowMismatch(StreamId Stream, Window Stored, int Minutes, string? Replica)
{
    /// <summary>The mismatch as one sentence.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Stream.Text}: the store holds windows of {Length(Stored.Minutes)} at {Stored.Start:yyyy-MM-dd HH:mm} UTC{(Replica is null ? "" : $" (replica {Replica})")}, the settings give {Length(Minutes)} for that time.");

    /// <summary>Formats a number of minutes.</summary>
    public static string Length(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes} minute{(minutes == 1 ? "" : "s")}");
}
