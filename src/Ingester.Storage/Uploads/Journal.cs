using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Time;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Collects the journal rows of this replica (gaps, coverage, quarantine, instruments): one object per dataset, exchange and minute of the local
/// clock. Rows stay in memory until they are stored or spooled, up to a separate limit. The last quarter of that limit is reserved for gaps.
/// </summary>
internal sealed class Journal(StorageOptions options, TimeProvider clock, UploadEvents events, Action<Upload> send) : IJournal
{
    /// <summary>
    /// Minimum wait. A clock driven by a recording may stop just before the end of a minute; polling it without a pause would not advance it.
    /// </summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<(Dataset Dataset, string Exchange), JournalPart> parts = [];
    private long heldBytes;
    private bool closed;

    /// <inheritdoc/>
    /// <remarks>A row for which there is no space is dropped, counted and logged.</remarks>
    public void Add(in JournalRow row)
    {
        lock (gate)
        {
            var size = Encoding.UTF8.GetByteCount(row.Line) + 1;
            var room = row.Dataset == Dataset.Gaps ? options.MaxJournalBytes : options.MaxJournalBytes / 4 * 3;
            if (closed || heldBytes + size > room && !options.IsBatch)
            {
                events.JournalRowLost(row.Dataset, row.Exchange);
                return;
            }

            if (!parts.TryGetValue((row.Dataset, row.Exchange), out var part))
                parts.Add((row.Dataset, row.Exchange), part = new());
            var minute = Window.Containing(Micros.Now(clock), 1).StartMicros;
            if (part.HasFinishedMinute(minute))
                Flush(row.Dataset, row.Exchange, part);
            part.AdvanceTo(minute);
            part.Add(row, size);
            heldBytes += size;
            if (part.Bytes >= options.MaxJournalPartBytes)
                Flush(row.Dataset, row.Exchange, part);
        }
    }

    /// <summary>Uploads the parts whose minute has ended. Returns the time until the present minute ends.</summary>
    public TimeSpan FlushFinishedMinutes()
    {
        lock (gate)
        {
            var now = Micros.Now(clock);
            var minute = Window.Containing(now, 1);
            foreach (var (name, part) in parts)
                if (part.HasFinishedMinute(minute.StartMicros))
                    Flush(name.Dataset, name.Exchange, part);
            var rest = TimeSpan.FromMicroseconds(minute.EndMicros - now);
            return rest > MinWait ? rest : MinWait;
        }
    }

    /// <summary>Uploads all parts. Rows added later are dropped and counted.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            foreach (var (name, part) in parts)
                Flush(name.Dataset, name.Exchange, part);
        }
    }

    private void Flush(Dataset dataset, string exchange, JournalPart part)
    {
        if (part.RowCount == 0)
            return;
        var (count, size) = (part.RowCount, part.Bytes);
#pragma warning disable CA2000 // owned by the upload
        var rows = new RowBuffer();
#pragma warning restore CA2000
        try
        {
            var name = part.MoveTo(dataset, exchange, rows);
            send(new JournalUpload(name, rows, count, () => ReleaseBytes(size)) { Size = size });
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private void ReleaseBytes(long size)
    {
        lock (gate)
            heldBytes -= size;
        events.JournalStored();
    }
}
