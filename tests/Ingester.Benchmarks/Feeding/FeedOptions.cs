using System.Globalization;

namespace Ingester.Benchmarks.Feeding;

/// <summary>What one sender does.</summary>
internal sealed record FeedOptions
{
    /// <summary>The folder with <c>frames.jsonl</c>.</summary>
    public required string Data { get; init; }

    /// <summary>How many markets there are, each with a stream of trades and one of its book.</summary>
    public required int Markets { get; init; }

    /// <summary>Over how many connections they come.</summary>
    public required int Connections { get; init; }

    /// <summary>The paces, one after the other; a rate of zero is silence.</summary>
    public required IReadOnlyList<Pace> Paces { get; init; }

    /// <summary>True when every market sends as much as every other; otherwise the recorded ones differ as they do.</summary>
    public bool Even { get; init; }

    /// <summary>
    /// True when frames carry the moment at which they were due and the sender sleeps in between; otherwise they carry that at which they were sent, and
    /// it never sleeps.
    /// </summary>
    public bool StampDue { get; init; }

    /// <summary>The second within the minute at which it begins; null at once.</summary>
    public int? BeginAt { get; init; }

    /// <summary>How many frames are sent in all.</summary>
    public long Frames => Paces.Sum(pace => (long)pace.Rate * pace.Seconds);

    /// <summary>How long sending takes.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds(Paces.Sum(pace => pace.Seconds));

    /// <summary>How many frames are due after a time.</summary>
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

    /// <summary>The same as arguments of <see cref="FeedCommand"/>.</summary>
    public IReadOnlyList<string> Arguments(int port) =>
    [
        Data, $"{port}", $"{Markets}", $"{Connections}", string.Join(',', Paces.Select(pace => $"{pace.Rate}:{pace.Seconds}")),
        Even ? "even" : "skewed", StampDue ? "due" : "sent", BeginAt?.ToString(CultureInfo.InvariantCulture) ?? "now",
    ];

    /// <summary>Reads them back.</summary>
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

/// <summary>So many frames a second for so long.</summary>
internal readonly record struct Pace(int Rate, int Seconds)
{
    /// <summary>Reads <c>RATE:SECONDS</c>.</summary>
    public static Pace Read(string text) => text.Split(':') is [var rate, var seconds] ? new(int.Parse(rate), int.Parse(seconds)) : throw new FormatException(text);
}
