using System.Text;

namespace Ingester.Testing.Model;

/// <summary>Everything that decides a run: the same schedule gives the same run.</summary>
internal sealed record Schedule
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    /// <summary>The seed of the exchange's events.</summary>
    public required int Seed { get; init; }

    /// <summary>The start, microseconds UTC.</summary>
    public required long Start { get; init; }

    /// <summary>The duration without the pause, microseconds.</summary>
    public required long Span { get; init; }

    /// <summary>The time after the start at which the pause begins: no stream has events in it. Microseconds.</summary>
    public long PauseAt { get; init; }

    /// <summary>The duration of the pause, microseconds; zero for no pause.</summary>
    public long Pause { get; init; }

    /// <summary>True when diffs have ids.</summary>
    public required bool Numbered { get; init; }

    /// <summary>True when some connections merge two diffs into one.</summary>
    public bool Regroups { get; init; }

    /// <summary>True when an in-band snapshot has a time.</summary>
    public bool TimedBooks { get; init; }

    /// <summary>The number of trades that are replayed after a subscription.</summary>
    public int Replayed { get; init; }

    /// <summary>The interval of heartbeats, microseconds.</summary>
    public long Heartbeat { get; init; } = Second;

    /// <summary>The streams.</summary>
    public required IReadOnlyList<StreamPlan> Streams { get; init; }

    /// <summary>The number of replicas.</summary>
    public required int Replicas { get; init; }

    /// <summary>The window length in minutes, and the length from the first full hour after the start on.</summary>
    public (int Before, int After) Windows { get; init; } = (1, 1);

    /// <summary>The faults.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The duration with the pause, microseconds.</summary>
    public long Length => Span + Pause;

    /// <summary>The hour at which the window length changes, microseconds UTC.</summary>
    public long NextHour => (Start / (60 * Minute) + 1) * 60 * Minute;

    /// <summary>Converts a time that does not count the pause into one that does.</summary>
    public long WithPause(long at) => Pause > 0 && at >= PauseAt ? at + Pause : at;

    /// <summary>The window of a time: its start and its length in minutes.</summary>
    public (long Start, int Minutes) WindowOf(long micros)
    {
        var minutes = micros >= NextHour ? Windows.After : Windows.Before;
        var length = minutes * Minute;
        return (micros - (micros % length + length) % length, minutes);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"seed {Seed}, starts {DateTime.UnixEpoch.AddMicroseconds(Start):HH:mm:ss.ffffff}, {Span / 1e6:0} s, {Replicas} replicas, ");
        text.AppendLine($"{(Numbered ? "numbered" : "unnumbered")} depth, {(Regroups ? "regrouped, " : "")}windows {Windows.Before} m then {Windows.After} m, heartbeat {Heartbeat / 1e6} s, replays {Replayed}");
        if (Pause > 0)
            text.AppendLine($"  pause of {Pause / 1e6:0} s at {PauseAt / 1e6:0.###} s");
        for (var stream = 0; stream < Streams.Count; stream++)
            text.AppendLine($"  stream {stream}: {Streams[stream]}");
        foreach (var fault in Faults)
            text.AppendLine($"  {fault}");
        return text.ToString();
    }
}
