using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Objects;

/// <summary>
/// The coverage of an expired stream and day: the names of the segments that were removed, and the certificate that covers them. An audit knows the segments by these
/// names, so it gives the verdicts that are certified.
/// </summary>
/// <param name="Stream">The stream.</param>
/// <param name="Day">The day.</param>
/// <param name="Revision">Revision of the certificate.</param>
/// <param name="Certificate">Digest of the certificate's payload, 64 hex digits.</param>
/// <param name="Segments">The segments in the order of <see cref="SegmentEntry.Compare"/>. Each is stored until it is removed.</param>
internal sealed record ExpiredDay(StreamId Stream, DateTime Day, int Revision, string Certificate, IReadOnlyList<SegmentEntry> Segments)
{
    /// <summary>The value of the field <c>state</c> of all rows.</summary>
    public const string State = "expired";

    private const int MinutesPerDay = 24 * 60;

    /// <summary>Total compressed size of the segments, in bytes.</summary>
    public long Bytes => Segments.Sum(static segment => segment.Size);

    /// <summary>The rows as gzip: one about the day, then one per segment. The same day gives the same bytes.</summary>
    /// <param name="prefix">The prefix of all keys, which the rows do not contain.</param>
    public byte[] Write(string prefix)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
        {
            Add(gzip, Micros.From(new DateTimeOffset(Day, TimeSpan.Zero)), MinutesPerDay, json =>
            {
                json.WriteNumber("segments", Segments.Count);
                json.WriteNumber("bytes", Bytes);
                json.WriteNumber("revision", Revision);
                json.WriteString("certificate", Certificate);
            });
            foreach (var segment in Segments)
                Add(gzip, segment.Name.Window.StartMicros, segment.Name.Window.Minutes, json =>
                {
                    if (segment.Name.Range is { } range)
                    {
                        json.WriteNumber("after", range.After);
                        json.WriteNumber("upto", range.UpTo);
                    }

                    json.WriteNumber("bytes", segment.Size);
                    json.WriteString("key", segment.Key[ObjectKey.Root(prefix).Length..]);
                });
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="UnreadableObjectException">It is damaged or about another stream.</exception>
    public static async Task<ExpiredDay> ReadAsync(string prefix, StreamId stream, DateTime day, Stream content, CancellationToken cancellation)
    {
        var (key, segments, number) = (ObjectKey.Expired(prefix, stream, day), new List<SegmentEntry>(), 0);
        var (revision, certificate, count) = (0, "", 0);
        try
        {
            using var lines = new StreamReader(new GZipStream(content, CompressionMode.Decompress));
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                using var row = JsonDocument.Parse(line);
                var fields = row.RootElement;
                if (number++ == 0)
                    (revision, certificate, count) = (fields.GetProperty("revision").GetInt32(), fields.GetProperty("certificate").GetString()!, fields.GetProperty("segments").GetInt32());
                else if (ObjectKey.Root(prefix) + fields.GetProperty("key").GetString() is var full && SegmentKey.TryParse(prefix, full, out var name) && name.Stream == stream && name.Window.Start.Date == day.Date)
                    segments.Add(new(name, full, fields.GetProperty("bytes").GetInt64()) { IsExpired = true });
                else
                    throw new UnreadableObjectException(key, string.Create(CultureInfo.InvariantCulture, $"line {number} names no segment of {stream} of {day:yyyy-MM-dd}"));
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException or FormatException)
        {
            throw new UnreadableObjectException(key, string.Create(CultureInfo.InvariantCulture, $"line {number + 1} is not a row about an expired segment: {error.Message}"), error);
        }

        if (number == 0)
            throw new UnreadableObjectException(key, "it is empty");
        return segments.Count == count
            ? new(stream, day, revision, certificate, segments)
            : throw new UnreadableObjectException(key, string.Create(CultureInfo.InvariantCulture, $"it names {segments.Count} segments, and its first line says {count}"));
    }

    private void Add(Stream gzip, long micros, int minutes, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(gzip))
        {
            json.WriteStartObject();
            json.WriteNumber("ts", micros);
            json.WriteNumber("minutes", minutes);
            json.WriteString("dataset", Stream.Dataset.Name());
            json.WriteString("pair", Stream.Market);
            json.WriteString("state", State);
            write(json);
            json.WriteEndObject();
        }

        gzip.WriteByte((byte)'\n');
    }
}
