using System.Globalization;

namespace Ingester.Benchmarks.Feeding;

/// <summary>The workload of one sender.</summary>
internal sealed record FeedOptions
{
    /// <summary>The folder with <c>frames.jsonl</c>.</summary>
    public required string Data { get; init; }

    /// <summary>Number of markets, each with a stream of trades and a stream of diffs.</summary>
    public required int Markets { get; init; }

    /// <summary>Number of connections.</summary>
    public required int Connections { get; init; }

    /// <summary>The rates and their durations, in order; a rate of zero is silence.</summary>
    public required IReadOnlyList<Pace> Paces { get; init; }

    /// <summary>True when all markets have the same rate; false for the distribution of the recorded markets.</summary>
    public bool Even { get; init; }

    /// <summary>
    /// True when frames contain their due time and the sender sleeps in between; otherwise they contain the time at which they were sent, and
    /// the sender never sleeps.
    /// </summary>
    public bool StampDue { get; init; }

    /// <summary>The second of the minute at which sending begins; null for immediately.</summary>
    public int? BeginAt { get; init; }

    /// <summary>Total number of frames.</summary>
    public long Frames => Paces.Sum(pace => (long)pace.Rate * pace.Seconds);

    /// <summary>Duration of sending.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds(Paces.Sum(pace => pace.Seconds));

    /// <summary>Number of frames that are due after a time.</summary>
    public long DueAfter(TimeSpan elapsed)
    {
        var (due, left) = (0.0, elapsed.TotalSeconds);
        foreach (var pace in Paces)
        {
            due += pace.Rate * Math.Clamp(left, 0, pace.Seconds);
            left -= pace.Seconds;
        }

        return (long)due;
    }

    /// <summary>Formats the options as arguments of <see cref="FeedCommand"/>.</summary>
    public IReadOnlyList<string> Arguments(int port) =>
    [
        Data, $"{port}", $"{Markets}", $"{Connections}", string.Join(',', Paces.Select(pace => $"{pace.Rate}:{pace.Seconds}")),
        Even ? "even" : "skewed", StampDue ? "due" : "sent", BeginAt?.ToString(CultureInfo.InvariantCulture) ?? "now",
    ];

    /// <summary>Parses the arguments.</summary>
    public static (FeedOptions Options, int Port) Read(IReadOnlyList<string> arguments) => (new()
    {
        Data = arguments[0],
        Markets = int.Parse(arguments[2]),
        Connections = int.Parse(arguments[3]),
        Paces = [.. arguments[4].Split(',').Select(Pace.Read)],
        Even = arguments[5] == "even",
        StampDue = arguments[6] == "due",
        BeginAt = arguments[7] == "now" ? null : int.Parse(arguments[7]),
    }, int.Parse(arguments[1]));
}

/// <summary>A rate in frames per second and its duration.</summary>
internal readonly record struct Pace(int Rate, int Seconds)
{
    /// <summary>Parses <c>RATE:SECONDS</c>.</summary>
    public static Pace Read(string text) => text.Split(':') is [var rate, var seconds] ? new(int.Parse(rate), int.Parse(seconds)) : throw new FormatException(text);
}
