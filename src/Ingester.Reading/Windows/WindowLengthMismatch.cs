using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Windows;

/// <summary>A stored window whose length differs from the settings for its time: rows would be stored twice, under both lengths.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="StoredWindow">The stored window.</param>
/// <param name="ConfiguredMinutes">The length in minutes by the settings.</param>
/// <param name="Replica">The replica that wrote the stored window; null when it is not known.</param>
internal sealed record WindowLengthMismatch(StreamId Stream, Window StoredWindow, int ConfiguredMinutes, string? Replica)
{
    /// <summary>The mismatch as one sentence.</summary>
    public string Message => string.Create(CultureInfo.InvariantCulture,
        $"{Stream.Text}: the store holds windows of {FormatMinutes(StoredWindow.Minutes)} at {StoredWindow.Start:yyyy-MM-dd HH:mm} UTC{(Replica is null ? "" : $" (replica {Replica})")}, the settings give {FormatMinutes(ConfiguredMinutes)} for that time.");

    /// <summary>Formats a number of minutes.</summary>
    public static string FormatMinutes(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes} minute{(minutes == 1 ? "" : "s")}");
}
