using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Windows;

/// <summary>A window of the store that has another length than the settings give for its time: rows of both would be stored twice.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Stored">The window that the store has.</param>
/// <param name="Minutes">The length that the settings give.</param>
/// <param name="Replica">The replica that wrote the stored window; null where that is not known.</param>
internal sealed record WindowMismatch(StreamId Stream, Window Stored, int Minutes, string? Replica)
{
    /// <summary>It in one sentence.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Stream.Text}: the store holds windows of {Length(Stored.Minutes)} at {Stored.Start:yyyy-MM-dd HH:mm} UTC{(Replica is null ? "" : $" (replica {Replica})")}, the settings give {Length(Minutes)} for that time.");

    /// <summary>A number of minutes in words.</summary>
    public static string Length(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes} minute{(minutes == 1 ? "" : "s")}");
}
