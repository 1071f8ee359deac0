using System.Text;
using System.Text.Encodings.Web;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>What a replica knows about a segment, or about a window in which there was none.</summary>
internal enum CoverageState : byte
{
    /// <summary>Proven to hold all of its window.</summary>
    Whole,

    /// <summary>Not proven to hold all of its window.</summary>
    Fragment,

    /// <summary>The window is over and nothing followed yet: it may still turn out whole.</summary>
    Held,

    /// <summary>Subscribed and alive through the whole window, and nothing came.</summary>
    Quiet,

    /// <summary>Nothing came, but the stream was not subscribed and alive all the time.</summary>
    Absent,

    /// <summary>Nobody wants the stream any more: from here on nothing is expected.</summary>
    Delisted,
}

/// <summary>How well a connection was heard during a window.</summary>
/// <param name="ConnectedSeconds">How long it was open, in seconds of the window.</param>
/// <param name="Heartbeats">How many heartbeats came.</param>
/// <param name="LagP50">Median of receive time minus exchange time, milliseconds; a power of two at or above it.</param>
/// <param name="LagP99">The 99th percentile of the same.</param>
internal sealed record Hearing(double ConnectedSeconds, long Heartbeats, long LagP50, long LagP99)
{
    /// <summary>Of a window that nobody listened to, or of which it is not known any more.</summary>
    public static Hearing None { get; } = new(0, 0, 0, 0);
}

/// <summary>What a line of coverage is about: two lines about the same differ in what is known of it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="State">Whole, fragment and so on.</param>
/// <param name="Range">The sequence that the segment covers; null where there is none.</param>
/// <param name="Rows">How many rows the segment holds.</param>
internal readonly record struct CoverageSubject(StreamId Stream, Window Window, CoverageState State, SequenceRange? Range, int Rows);

/// <summary>
/// One line of the <c>coverage</c> dataset. It says <c>stored</c> only after the store answered; a later line about the same
/// segment corrects an earlier one.
/// </summary>
/// <param name="coverage">That of the stream, which the line is written with.</param>
/// <param name="window">The window.</param>
/// <param name="state">What is known.</param>
internal sealed class CoverageLine(StreamCoverage coverage, Window window, CoverageState state)
{
    [ThreadStatic]
    private static StringBuilder? text; // ten thousand lines are written within seconds

    private Hearing? hearing;
    private byte[]? sha256; // as digits it would be three times as much, for ten thousand lines that wait until their window is reported
    private Action? reported;

    /// <summary>The stream.</summary>
    public StreamId Stream => coverage.Stream;

    /// <summary>The window.</summary>
    public Window Window => window;

    /// <summary>What is known about the segment.</summary>
    public CoverageState State => state;

    /// <summary>The sequence that the segment covers; null where there is none.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>How many rows the segment holds.</summary>
    public int Rows { get; init; }

    /// <summary>How much a segment proves that is whole, or may turn out to be; null for every other line, and where it is not known.</summary>
    public ProofGrade? Grade { get; init; }

    /// <summary>The store has it; called by any thread.</summary>
    public void Stored(string hash)
    {
        lock (coverage.Gate)
        {
            sha256 = Convert.FromHexString(hash);
            if (hearing is not null)
                Write();
        }
    }

    /// <summary>The window is over; the line is written now, and again when it is stored later.</summary>
    public void Report(Hearing heard)
    {
        lock (coverage.Gate)
        {
            hearing = heard;
            Write();
            reported?.Invoke();
            reported = null;
        }
    }

    /// <summary>Calls back when the line was written for the first time; at once when it was already.</summary>
    public void OnceReported(Action action)
    {
        lock (coverage.Gate)
            if (hearing is null)
            {
                reported += action;
                return;
            }

        action();
    }

    /// <summary>The store has it, so late that nobody knows any more how well the window was heard: the line is written without that.</summary>
    public void StoredLater(string hash)
    {
        lock (coverage.Gate)
        {
            sha256 = Convert.FromHexString(hash);
            Write();
        }
    }

    /// <summary>The line as JSON.</summary>
    public string ToJson()
    {
        var json = text ??= new(512);
        json.Clear();
        json.Append($"{{\"ts\":{window.StartMicros},\"minutes\":{window.Minutes},\"dataset\":\"{Stream.Dataset.Name()}\"");
        json.Append($",\"pair\":\"{JavaScriptEncoder.Default.Encode(Stream.Market)}\",\"state\":\"{StateName}\"");
        if (Grade is { } grade)
            json.Append(",\"grade\":\"").Append(grade.ToString()).Append('"');
        if (Rows > 0)
            json.Append($",\"upload\":\"{(sha256 is null ? "pending" : "stored")}\"");
        if (Range is { } range)
            json.Append($",\"after\":{range.After},\"upto\":{range.UpTo}");
        json.Append($",\"rows\":{Rows}");
        if (sha256 is { } hash)
            json.Append($",\"sha256\":\"{Convert.ToHexStringLower(hash)}\"");
        if (hearing is { } heard)
            json.Append($",\"connected\":{heard.ConnectedSeconds:0.###},\"heartbeats\":{heard.Heartbeats},\"lagP50\":{heard.LagP50},\"lagP99\":{heard.LagP99}");
        return json.Append('}').ToString();
    }

    private string StateName => state switch
    {
        CoverageState.Whole => "whole",
        CoverageState.Held => "held",
        CoverageState.Quiet => "quiet",
        CoverageState.Absent => "absent",
        CoverageState.Delisted => "delisted",
        _ => "fragment",
    };

    private void Write() => coverage.Output.Add(new(Dataset.Coverage, Stream.Exchange, ToJson(), new(Stream, window, state, Range, Rows)));
}
