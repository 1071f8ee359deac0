using System.Text;

namespace Ingester.Testing.Model;

/// <summary>Everything that decides a run: the same schedule gives the same run.</summary>
internal sealed record Schedule
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    /// <summary>What the exchange's truth is made from.</summary>
    public required int Seed { get; init; }

    /// <summary>Where the times begin, microseconds UTC.</summary>
    public required long Start { get; init; }

    /// <summary>How long it lasts without the pause, microseconds.</summary>
    public required long Span { get; init; }

    /// <summary>When, after the start, all streams fall silent.</summary>
    public long PauseAt { get; init; }

    /// <summary>For how long they are silent, microseconds; zero for no pause.</summary>
    public long Pause { get; init; }

    /// <summary>True where diffs have ids.</summary>
    public required bool Numbered { get; init; }

    /// <summary>True where every other connection sends two diffs as one.</summary>
    public bool Regroups { get; init; }

    /// <summary>True where a book in band carries its time.</summary>
    public bool TimedBooks { get; init; }

    /// <summary>How many trades are replayed on subscribe.</summary>
    public int Replayed { get; init; }

    /// <summary>How often a heartbeat comes, microseconds.</summary>
    public long Heartbeat { get; init; } = Second;

    /// <summary>The streams.</summary>
    public required IReadOnlyList<StreamPlan> Streams { get; init; }

    /// <summary>How many replicas record.</summary>
    public required int Replicas { get; init; }

    /// <summary>Minutes of a window, and the minutes from the first hour after the start on.</summary>
    public (int Before, int After) Windows { get; init; } = (1, 1);

    /// <summary>What happens.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>How long it lasts, microseconds.</summary>
    public long Length => Span + Pause;

    /// <summary>The hour from which on the later window length holds.</summary>
    public long NextHour => (Start / (60 * Minute) + 1) * 60 * Minute;

    /// <summary>A time without the pause as a time with it.</summary>
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
