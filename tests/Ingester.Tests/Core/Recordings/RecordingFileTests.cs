using System.IO.Compression;
using System.Text;

using Ingester.Core.Recordings;

namespace Ingester.Tests.Core.Recordings;

public sealed class RecordingFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-recording-").FullName;

    [Theory]
    [InlineData("1723161253.937085768", 1_723_161_253_937_085)]
    [InlineData("1617647803.4", 1_617_647_803_400_000)]
    [InlineData("1617647803", 1_617_647_803_000_000)]
    [InlineData("trade.spot", null)]
    [InlineData("-5.1", null)]
    [InlineData("1.2x", null)]
    public void Receive_times_are_read_to_the_microsecond(string text, long? micros) =>
        Assert.Equal(micros, RecordingTime.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Frames_longer_than_the_buffer_are_received_completely()
    {
        var longFrame = new string('x', 1_000_000);
        var frames = await ReadAsync(Write("a.ws.tsv", $"1.0\tfirst\r\n2.5\t{longFrame}\n\n3.0\tlast"));
        Assert.Equal(["first", longFrame, "last"], frames.Select(frame => frame.Text));
        Assert.Equal([1_000_000, 2_500_000, 3_000_000], frames.Select(frame => frame.Micros));
    }

    [Fact]
    public async Task Lines_without_a_time_are_frames_all_the_same()
    {
        var frames = await ReadAsync(Write("a.ws.jsonl", "{\"a\":\"\t\"}\n{}\n"));
        Assert.Equal(["{\"a\":\"\t\"}", "{}"], frames.Select(frame => frame.Text));
        Assert.All(frames, frame => Assert.Null(frame.Micros));
    }

    [Fact]
    public async Task Binary_frames_are_decoded_from_base64_and_damaged_ones_are_kept_unchanged()
    {
        var frames = await ReadAsync(Write("a.wsbin.b64.tsv", $"1.0\t{Convert.ToBase64String("hello"u8)}\n2.0\t!!!\n"));
        Assert.Equal(["hello", "!!!"], frames.Select(frame => frame.Text));
    }

    [Theory]
    [InlineData("a.ws.tsv", "Received")]
    [InlineData("a.sent.tsv", "Sent")]
    public async Task Format_is_no_message_and_a_newer_one_is_refused_by_name(string name, string part)
    {
        var path = Write(name, "1.0\t0\tf\t2\n2.0\t3\tt\t{}\n");
        var recording = new RecordingFile(path, Enum.Parse<RecordingPart>(part));
        await foreach (var batch in recording.ReadAsync(CancellationToken.None))
            Assert.Equal("{}"u8, Assert.Single(batch).Bytes.Span);
        Write(name, "1.0\t0\tf\t3\n2.0\t3\tt\t{}\n");
        var error = await Assert.ThrowsAsync<RecordingFileException>(async () => await recording.ReadAsync(CancellationToken.None).ToListAsync());
        Assert.Equal($"{path}, line 1: it has format 3, and this version reads formats up to 2: use a newer version.", error.Message);
        Assert.True(error.IsReadError);
    }

    [Fact]
    public async Task Raw_recording_has_connections_and_kinds()
    {
        var path = Write("1207_a_1700000000000000.ws.tsv", $"1.000001\t3\to\twss://host/path\n2.0\t3\tt\t{{\"a\":\t1}}\n3.0\t4\tb\t{Convert.ToBase64String("two\nlines"u8)}\n4.0\t3\tc\tclosed by the exchange\n");
        var entries = new List<(long? Micros, long Connection, RecordedFrameKind Kind, string Text)>();
        await foreach (var batch in new RecordingFile(path).ReadAsync(CancellationToken.None))
            entries.AddRange(batch.Select(frame => (frame.Micros, frame.Connection, frame.Kind, Encoding.UTF8.GetString(frame.Bytes.Span))));
        Assert.Equal(
            [
                (1_000_001, 3, RecordedFrameKind.Open, "wss://host/path"),
                (2_000_000, 3, RecordedFrameKind.Text, "{\"a\":\t1}"),
                (3_000_000, 4, RecordedFrameKind.Binary, "two\nlines"),
                (4_000_000, 3, RecordedFrameKind.Close, "closed by the exchange"),
            ],
            entries);
    }

    [Theory]
    [InlineData("2.0\t1\tx\tframe")]
    [InlineData("2.0\tone\tt\tframe")]
    [InlineData("2.0\t1\tb\t!!!")]
    [InlineData("frame")]
    public async Task Line_of_a_raw_recording_that_is_no_entry_is_named(string line)
    {
        var path = Write("a.ws.tsv", $"1.0\t1\tt\tframe\n\n{line}\n");
        var error = await Assert.ThrowsAsync<RecordingFileException>(() => ReadAsync(path));
        Assert.Contains("a.ws.tsv, line 3: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sent_messages_have_a_name_of_their_own()
    {
        var path = Write("a.sent.tsv", "1.0\t{}\n");
        Assert.Throws<RecordingFileException>(() => new RecordingFile(path));
        await foreach (var batch in new RecordingFile(path, RecordingPart.Sent).ReadAsync(CancellationToken.None))
            Assert.Equal("{}"u8, batch.Single().Bytes.Span);
    }

    [Fact]
    public async Task Times_are_written_as_they_are_read()
    {
        Assert.Equal("1723161253.000085", RecordingTime.Format(1_723_161_253_000_085));
        var path = Write("a.ws.tsv", $"{RecordingTime.Format(1_723_161_253_000_085)}\t1\tt\tframe\n");
        Assert.Equal(1_723_161_253_000_085, Assert.Single(await ReadAsync(path)).Micros);
    }

    [Fact]
    public async Task Truncated_archive_returns_the_frames_before_the_damage_and_then_reports_its_position()
    {
        var path = Path.Combine(folder, "a.ws.tsv.gz");
        await using (var gzip = new GZipStream(File.Create(path), CompressionLevel.NoCompression))
            for (var i = 0; i < 50_000; i++)
                await gzip.WriteAsync(Encoding.UTF8.GetBytes($"{i}.0\tframe {i}\n"));
        await using (var file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);
        var seen = 0;
        var error = await Assert.ThrowsAsync<RecordingFileException>(async () =>
        {
            await foreach (var batch in new RecordingFile(path).ReadAsync(CancellationToken.None))
                seen += batch.Count;
        });
        Assert.True(seen > 1000);
        Assert.Contains($"beyond line {seen}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_of_several_members_is_whole()
    {
        var path = Path.Combine(folder, "a.ws.jsonl.gz");
        await using (var file = File.Create(path))
            for (var i = 0; i < 3; i++)
            {
                await using var member = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
                await member.WriteAsync(Encoding.UTF8.GetBytes($"frame {i}\n"));
            }

        Assert.Equal(["frame 0", "frame 1", "frame 2"], (await ReadAsync(path)).Select(frame => frame.Text));
    }

    [Fact]
    public async Task File_that_is_not_there_and_name_that_is_no_recording_are_sentences()
    {
        Assert.Contains("is not a recording", Assert.Throws<RecordingFileException>(() => new RecordingFile("frames.txt")).Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<RecordingFileException>(() => ReadAsync(Path.Combine(folder, "none.ws.tsv")));
        Assert.Contains("cannot be read", missing.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<List<(long? Micros, string Text)>> ReadAsync(string path)
    {
        var frames = new List<(long?, string)>();
        await foreach (var batch in new RecordingFile(path).ReadAsync(CancellationToken.None))
            frames.AddRange(batch.Select(frame => (frame.Micros, Encoding.UTF8.GetString(frame.Bytes.Span))));
        return frames;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
