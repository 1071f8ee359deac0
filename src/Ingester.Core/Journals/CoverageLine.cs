using System.Text;
using System.Text.Encodings.Web;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Journals;

/// <summary>
/// One line of the <c>coverage</c> dataset, as far as it is known. Only the <see cref="CoverageJournal"/> completes and writes it.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="window">The window.</param>
/// <param name="state">The state of the segment.</param>
internal sealed class CoverageLine(StreamId stream, Window window, CoverageState state)
{
    [ThreadStatic]
    private static StringBuilder? text; // reused, because ten thousand lines are written within seconds

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

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

    /// <summary>The connection quality during the window; null until the window is over. Set by the journal.</summary>
    public ConnectionQuality? Quality { get; set; }

    /// <summary>
    /// The SHA-256 of the segment; null until it is stored. Set by the journal. As bytes, because a hex string would need three times the memory, for
    /// ten thousand lines that wait until their window is over.
    /// </summary>
    public byte[]? Sha256 { get; set; }

    /// <summary>The spool file of a segment that was spooled before its window was over; null for none. Set by the journal.</summary>
    public string? SpoolFile { get; set; }

    /// <summary>The key of the line.</summary>
    public CoverageKey Key => new(stream, window, state, Range, Rows);

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
            json.Append($",\"upload\":\"{(Sha256 is null ? "pending" : "stored")}\"");
        if (Range is { } range)
            json.Append($",\"after\":{range.After},\"upto\":{range.UpTo}");
        json.Append($",\"rows\":{Rows}");
        if (Sha256 is { } hash)
            json.Append($",\"sha256\":\"{Convert.ToHexStringLower(hash)}\"");
        if (Quality is { } connection)
            json.Append($",\"connected\":{connection.ConnectedSeconds:0.###},\"heartbeats\":{connection.Heartbeats},\"lagP50\":{connection.LagP50},\"lagP99\":{connection.LagP99}");
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
}
