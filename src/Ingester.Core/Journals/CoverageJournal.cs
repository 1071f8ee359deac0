using Ingester.Core.Markets;

namespace Ingester.Core.Journals;

/// <summary>
/// Writes the <c>coverage</c> dataset. The line of a segment is written when its window is over, and again when the store confirms the upload later.
/// Only a line after that confirmation has <c>stored</c>. A later line about the same segment corrects an earlier one. Thread-safe: one lock for all
/// streams, which is rarely contended.
/// </summary>
/// <param name="rows">The journal that receives the lines.</param>
internal sealed class CoverageJournal(IJournal rows)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, CoverageLine> spooled = new(StringComparer.Ordinal); // not reported yet, by spool file

    /// <summary>The window of a line is over: the line is written. It is written again when the segment is stored later.</summary>
    public void Report(CoverageLine line, ConnectionQuality quality)
    {
        lock (gate)
        {
            line.Quality = quality;
            Write(line);
            StopWaiting(line);
        }
    }

    /// <summary>The segment of a line is stored: the line is written if its window is over.</summary>
    public void MarkStored(CoverageLine line, string sha256)
    {
        lock (gate)
        {
            line.Sha256 = Convert.FromHexString(sha256);
            if (line.Quality is not null)
                Write(line);
        }
    }

    /// <summary>
    /// The segment of a line is in the spool. If its window is not over, the line waits for both; otherwise it is forgotten, because a spool can hold
    /// more segments than memory can hold lines.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="file">The name of the spool file.</param>
    public void MarkSpooled(CoverageLine line, string file)
    {
        lock (gate)
            if (line.Quality is null)
            {
                line.SpoolFile = file;
                spooled[file] = line;
            }
    }

    /// <summary>The spool file could not be written: the segment is still in memory.</summary>
    public void CancelSpooled(string file)
    {
        lock (gate)
            if (spooled.GetValueOrDefault(file) is { } line)
                StopWaiting(line);
    }

    /// <summary>A spooled segment is stored. If its line is forgotten, it is written as the spool file describes it, without connection quality.</summary>
    /// <param name="file">The name of the spool file.</param>
    /// <param name="described">The line as the spool file describes it; null if it does not.</param>
    /// <param name="sha256">The hash of the segment.</param>
    public void MarkStoredFromSpool(string file, CoverageLine? described, string sha256)
    {
        lock (gate)
        {
            if (spooled.GetValueOrDefault(file) is { } waiting)
            {
                StopWaiting(waiting);
                waiting.Sha256 = Convert.FromHexString(sha256);
            }
            else if (described is not null)
            {
                described.Sha256 = Convert.FromHexString(sha256);
                Write(described);
            }
        }
    }

    private void StopWaiting(CoverageLine line)
    {
        if (line.SpoolFile is not { } file)
            return;
        line.SpoolFile = null;
        spooled.Remove(file);
    }

    private void Write(CoverageLine line) => rows.Add(new(Dataset.Coverage, line.Stream.Exchange, line.ToJson(), line.Key));
}
