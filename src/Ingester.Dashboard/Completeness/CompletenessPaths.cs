using Ingester.Core.Markets;
using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Completeness;

/// <summary>The addresses of the completeness pages.</summary>
internal static class CompletenessPaths
{
    /// <summary>The grid market × day.</summary>
    public const string Grid = "/completeness";

    /// <summary>The streams of a day.</summary>
    public static string Day(DateOnly day) => $"{Grid}/day/{DisplayText.Day(day)}";

    /// <summary>The minutes of a stream and day.</summary>
    public static string Stream(StreamId stream, DateOnly day) =>
        $"{Grid}/{Uri.EscapeDataString(stream.Exchange)}/{stream.Dataset.Name()}/{Uri.EscapeDataString(stream.Market)}/{DisplayText.Day(day)}";

    /// <summary>A gap of a stream and day.</summary>
    public static string Gap(StreamId stream, DateOnly day, string gap) => $"{Stream(stream, day)}?gap={Uri.EscapeDataString(gap)}";

    /// <summary>A minute of a stream and day.</summary>
    public static string Minute(StreamId stream, DateOnly day, int minute) => $"{Stream(stream, day)}?at={MinuteRun.TimeOf(minute)}";
}
