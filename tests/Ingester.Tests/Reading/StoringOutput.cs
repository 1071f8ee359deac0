using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading;

/// <summary>One replica's objects, stored at once; journals when the replica ends.</summary>
internal sealed class StoringOutput(MemoryStore store, string replica, Func<long> localMicros) : ISegmentOutput
{
    private readonly Dictionary<(Dataset Dataset, string Exchange, long Minute), List<JournalRow>> journal = [];

    /// <summary>What is lost on its way to the store although the replica has it.</summary>
    public Func<SealedSegment, bool> Loses { get; init; } = static _ => false;

    public CoverageJournal Coverage => field ??= new(this);

    public bool TryAdd(SealedSegment segment)
    {
        var sha256 = RowCompression.Hash(segment.Rows);
        if (!Loses(segment))
        {
            Put(ObjectKey.Segment("", SegmentKey.Of(segment, sha256)), segment.Rows, segment.Count);
            if (segment.Coverage is { } line)
                Coverage.MarkStored(line, sha256);
        }

        segment.Rows.Dispose();
        return true;
    }

    public bool TryAdd(SealedSnapshot book)
    {
        Put(ObjectKey.Snapshot("", book, replica), book.Rows, 1);
        book.Rows.Dispose();
        return true;
    }

    public void Add(in JournalRow row)
    {
        var minute = Window.Containing(localMicros(), 1).StartMicros;
        if (!journal.TryGetValue((row.Dataset, row.Exchange, minute), out var rows))
            journal.Add((row.Dataset, row.Exchange, minute), rows = []);
        var subject = row.Subject;
        if (subject is not null)
            rows.RemoveAll(known => known.Subject == subject);
        rows.Add(row);
    }

    public void WriteJournal(long processStart = 1, int part = 1)
    {
        var identity = new ReplicaIdentity { Replica = replica, ProcessStartMicros = processStart };
        foreach (var ((dataset, exchange, minute), rows) in journal)
        {
            using var text = SegmentSample.Rows(string.Concat(rows.Select(row => row.Line + "\n")));
            Put(ObjectKey.Journal(identity, new(dataset, exchange, minute, part)), text, rows.Count);
        }

        journal.Clear();
    }

    private void Put(string key, RowBuffer rows, int count)
    {
        if (store.Has(key))
            return;
        using var packed = RowCodec.Create(new()).Compress(rows);
        store.Forge(key, [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())], new(RowCompression.Hash(rows), count, ObjectMetadata.FormatVersion));
    }
}
