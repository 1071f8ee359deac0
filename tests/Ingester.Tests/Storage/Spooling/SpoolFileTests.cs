using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Spooling;

public sealed class SpoolFileTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly TemporaryDirectory directory = new();
    private readonly string path;

    public SpoolFileTests() => path = Path.Combine(directory.Path, "one.spool");

    public void Dispose()
    {
        directory.Dispose();
        chunks.Dispose();
    }

    [Fact]
    public void File_contains_everything_that_is_needed_to_store_the_object()
    {
        using var body = SegmentSample.Rows(new string('x', 200_000));
        var header = Header() with { Coverage = new(Dataset.Trades, "BTC-USDT", SegmentSample.Midnight, 1, CoverageState.Held, -3, 9, "chain"), Grade = "chain" };
        var bytes = header.ToBytes();
        SpoolFile.Write(path, bytes, body);
        Assert.Equal(SpoolFile.LengthOf(bytes.Length, body), new FileInfo(path).Length);
        var found = SpoolFile.Read(path);
        Assert.Equal(header, found.Header);
        Assert.Equal(Text(body), Text(found.Body));
        found.Body.Dispose();
    }

    [Fact]
    public void Object_without_rows_is_an_object()
    {
        using var body = new RowBuffer();
        SpoolFile.Write(path, Header().ToBytes(), body);
        Assert.Equal(0, SpoolFile.Read(path).Body.Length);
    }

    [Fact]
    public void File_truncated_at_any_byte_is_rejected()
    {
        var whole = Sample();
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<InvalidDataException>(() => SpoolFile.Read(path));
        }
    }

    [Fact]
    public void File_that_changed_in_any_bit_is_not_believed()
    {
        var whole = Sample();
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(path, whole);
            Assert.Throws<InvalidDataException>(() => SpoolFile.Read(path));
            whole[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void File_that_grew_or_holds_something_else_is_not_believed()
    {
        var whole = Sample();
        foreach (var other in new byte[][] { [.. whole, 0], [.. whole, .. whole], new byte[100_000], "{\"json\":true}"u8.ToArray() })
        {
            File.WriteAllBytes(path, other);
            Assert.Throws<InvalidDataException>(() => SpoolFile.Read(path));
        }
    }

    [Fact]
    public void Header_of_a_later_version_is_not_guessed_at()
    {
        using var body = SegmentSample.Rows("x");
        SpoolFile.Write(path, "{\"some\":\"thing\"}"u8.ToArray(), body);
        Assert.StartsWith("its header cannot be read", Assert.Throws<InvalidDataException>(() => SpoolFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_of_a_version_without_grades_is_read_with_the_grade_none()
    {
        var bytes = """
            {"kind":"Segment","dataset":"Trades","exchange":"binance","key":"md/a","prefix":"md","identity":"Identical","rank":0,"rows":2,"sha256":"aa","format":"1","added":5,
            "coverage":{"dataset":"Trades","market":"BTC-USDT","start":0,"minutes":1,"state":"Whole","after":1,"upTo":3}}
            """u8.ToArray();
        using var body = SegmentSample.Rows("x");
        SpoolFile.Write(path, bytes, body);
        var found = SpoolFile.Read(path);
        using (found.Body)
        {
            Assert.Equal(new ObjectMetadata("aa", 2, "1"), found.Header.ToDraft(() => found.Body).Metadata);
            Assert.Null(found.Header.Coverage!.ToCoverageLine("binance", 2).Grade);
        }
    }

    internal static SpoolHeader Header() => new()
    {
        Kind = ObjectKind.Segment,
        Dataset = Dataset.Trades,
        Exchange = "binance",
        Key = "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz",
        Prefix = "md",
        Identity = StreamIdentity.PerConnection,
        Rank = 1,
        Rows = 2,
        Sha256 = new string('a', 64),
        Format = "1",
        Added = SegmentSample.Midnight,
    };

    private byte[] Sample()
    {
        using var body = SegmentSample.Rows("some rows");
        SpoolFile.Write(path, Header().ToBytes(), body);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private static string Text(RowBuffer rows) => string.Concat(rows.Chunks.Select(chunk => Encoding.UTF8.GetString(chunk.Span)));
}
