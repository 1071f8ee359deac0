using System.Globalization;
using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;

namespace Ingester.Storage.Uploads;

/// <summary>
/// The text of an object of the <c>arrivals</c> dataset, and the members that it is compressed in: lines sorted by market and dataset, a member for each
/// busy stream, and one for several streams with few events. An index at the end names the first stream of each member and where the member begins.
/// </summary>
internal sealed class ArrivalObject : IDisposable
{
    /// <summary>Size of the text at which a member ends and the next stream begins a new one, in bytes.</summary>
    private const int MinMemberBytes = 16 << 10;

    private readonly List<Member> members = [];

    /// <summary>Writes the text.</summary>
    /// <param name="start">The lines about the whole object, before the first batch.</param>
    /// <param name="startCount">Number of these lines.</param>
    /// <param name="batches">The batches, in their order.</param>
    public ArrivalObject(ReadOnlySpan<byte> start, int startCount, IReadOnlyList<ArrivalBatch> batches)
    {
        RowCount = startCount;
        if (start.Length > 0)
            JournalFormat.WriteFirstRow(Rows, start);
        StreamId? last = null;
        foreach (var batch in batches)
        {
            if (last is null || (batch.Stream != last && Rows.Length - members[^1].Start >= MinMemberBytes))
                members.Add(new(batch.Stream, last is null ? 0 : Rows.Length));
            RowCount += ArrivalLineWriter.Write(Rows, batch, isFirst: RowCount == 0);
            last = batch.Stream;
        }
    }

    /// <summary>The text.</summary>
    public RowBuffer Rows { get; } = new();

    /// <summary>Number of lines.</summary>
    public int RowCount { get; }

    /// <summary>The compressed object. The caller disposes it.</summary>
    public RowBuffer Compress(IRowCodec codec)
    {
        var (body, index) = (new RowBuffer(), new StringBuilder());
        try
        {
            body.Append(MultiMemberMarkers.Header);
            using var chunks = Rows.Chunks.GetEnumerator();
            var chunk = ReadOnlyMemory<byte>.Empty;
            for (var number = 0; number < members.Count; number++)
            {
                var (first, start) = members[number];
                index.Append(CultureInfo.InvariantCulture, $"{KeyEncoding.Encode(first.Market)}/{first.Dataset.Name()}/{body.Length};");
                var end = number + 1 < members.Count ? members[number + 1].Start : Rows.Length;
                using var rows = new RowBuffer();
                while (rows.Length < end - start)
                {
                    if (chunk.IsEmpty && chunks.MoveNext())
                        chunk = chunks.Current;
                    var part = (int)Math.Min(chunk.Length, end - start - rows.Length);
                    rows.Append(chunk.Span[..part]);
                    chunk = chunk[part..];
                }

                using var member = codec.Compress(rows);
                body.Append(member);
            }

            MultiMemberMarkers.WriteIndexAndTrailer(body, index.ToString(), Rows.Length);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();

    /// <summary>A member of the object.</summary>
    /// <param name="First">Its first stream.</param>
    /// <param name="Start">Where its text begins.</param>
    private readonly record struct Member(StreamId First, long Start);
}
