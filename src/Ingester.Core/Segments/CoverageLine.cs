using System.Text;
using System.Text.Encodings.Web;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>State of a segment, or of a window without one, as this replica knows it.</summary>
internal enum CoverageState : byte
{
    /// <summary>Proven to hold all events of its window.</summary>
    Whole,

    /// <summary>Not proven to hold all events of its window.</summary>
    Fragment,

    /// <summary>The window is over and no later event has arrived: it may still turn out whole.</summary>
    Held,

    /// <summary>Subscribed and alive through the whole window, without any event.</summary>
    Quiet,

    /// <summary>No event was received, and the stream was not subscribed and alive all the time.</summary>
    Absent,

    /// <summary>The stream is not recorded any more: no further windows are expected.</summary>
    Delisted,
}

/// <summary>Quality of a connection during a window.</summary>
/// <param name="ConnectedSeconds">How long the connection was open, in seconds of the window.</param>
/// <param name="Heartbeats">Number of heartbeats received.</param>
/// <param name="LagP50">Median of receive time minus exchange time, in milliseconds, rounded up to a power of two.</param>
/// <param name="LagP99">99th percentile of the same.</param>
internal sealed record ConnectionQuality(double ConnectedSeconds, long Heartbeats, long LagP50, long LagP99)
{
    /// <summary>Quality of a window without a connection, or of one whose statistics are discarded.</summary>
    public static ConnectionQuality None { get; } = new(0, 0, 0, 0);
}

/// <summary>The key of a coverage line: a later line with an equal key replaces an earlier one.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="State">The state, such as whole or fragment.</param>
/// <param name="Range">The sequence range of the segment; null when there is none.</param>
/// <param name="Rows">Number of rows of the segment.</param>
internal readonly record struct CoverageKey(StreamId Stream, Window Window, CoverageState State, SequenceRange? Range, int Rows);

/// <summary>
/// One line of the <c>coverage</c> dataset. It states <c>stored</c> only after the store has confirmed the upload; a later line about the same
/// segment corrects an earlier one.
/// </summary>
/// <param name="coverage">The coverage of the stream, which writes the line.</param>
/// <param name="window">The window.</param>
/// <param name="state">The state.</param>
internal sealed class CoverageLine(StreamCoverage coverage, Window window, CoverageState state)
{
    [ThreadStatic]
    private static StringBuilder? text; // reused, because ten thousand lines are written within seconds

    private ConnectionQuality? quality;
    private byte[]? sha256; // a hex string would need three times the memory, for ten thousand lines that wait until their window is reported
    private Action? onReported;

    /// <summary>The stream.</summary>
    public StreamId Stream => coverage.Stream;

    /// <summary>The window.</summary>
    public Window Window => window;

    /// <summary>The state of the segment.</summary>
    public CoverageState State => state;

    /// <summary>The sequence range of the segment; null when there is none.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>Number of rows of the segment.</summary>
    public int Rows { get; init; }

    /// <summary>The grade of a segment that is whole or may turn out whole; null for every other line, and when it is not known.</summary>
    public ProofGrade? Grade { get; init; }

    /// <summary>Marks the segment as stored. Thread-safe.</summary>
    public void MarkStored(string hash)
    {
        lock (coverage.Gate)
        {
            sha256 = Convert.FromHexString(hash);
            if (quality is not null)
                Write();
        }
    }

    /// <summary>Writes the line because its window is over. It is written again when the segment is stored later.</summary>
    public void Report(ConnectionQuality heard)
    {
        lock (coverage.Gate)
        {
            quality = heard;
            Write();
            onReported?.Invoke();
            onReported = null;
        }
    }

    /// <summary>Registers a callback for the first write of the line; calls it immediately when the line was already written.</summary>
    public void WhenReported(Action action)
    {
        lock (coverage.Gate)
            if (quality is null)
            {
                onReported += action;
                return;
            }

        action();
    }

    /// <summary>Marks the segment as stored when the connection's quality is no longer known: the line is written without it.</summary>
    public void MarkStoredLate(string hash)
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
        if (quality is { } heard)
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
