using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Raw;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Core.Raw;

/// <summary>The files of raw capture: their lines, their objects, and the bound of their memory.</summary>
public sealed class RawFileTests : IDisposable
{
    private const long MinuteMicros = 1_761_350_400_000_000; // when the clock begins
    private const long MaxMemory = 16 << 20;

    private readonly ManualClock clock = new();
    private RawLines lines;

    public RawFileTests() => lines = new(clock);

    public void Dispose() => lines.Dispose();

    [Fact]
    public void Line_begins_with_seconds_and_six_decimals()
    {
        clock.Advance(TimeSpan.FromMicroseconds(1_000_042));
        Append("{}");
        lines.Journal.Close();
        Assert.Equal("1761350401.000042\t7\tt\t{}\n", Assert.Single(lines.Objects).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_071)]
    [InlineData(3_073)]
    [InlineData(200_000)]
    public void Encoded_content_is_base64_of_all_its_bytes(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        Assert.True(File.TryAppend(new() { Columns = "\t7\tb\t"u8, Content = content, IsEncoded = true }));
        Assert.Equal(content, Convert.FromBase64String(Assert.Single(lines.Close(RawFileKind.Ws))["7\tb\t".Length..]));
    }

    [Fact]
    public void Minute_is_an_object_and_its_next_part_has_a_number()
    {
        lines.Dispose();
        lines = new(clock, new() { Exchanges = ["*"], MaxPartBytes = 90 });
        for (var line = 0; line < 3; line++)
            Append($"line {line} of the first minute");
        clock.Advance(TimeSpan.FromMinutes(1));
        Append("next minute");
        clock.Advance(TimeSpan.FromSeconds(59));
        lines.Journal.FlushFinishedMinutes();
        Assert.Equal(2, lines.Objects.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        lines.Journal.FlushFinishedMinutes();
        Assert.Equal([(MinuteMicros, 1, 2), (MinuteMicros, 2, 1), (MinuteMicros + 60_000_000, 1, 1)],
            lines.Objects.Select(part => (part.Id.MinuteMicros, part.Id.Number, part.Text.Count(letter => letter == '\n'))));
    }

    [Fact]
    public void Clock_that_is_set_back_repeats_no_object()
    {
        var stepping = new SteppingClock { Now = clock.GetUtcNow() };
        using var stepped = new RawLines(stepping);
        foreach (var minutes in new[] { 5, -3, 10 })
        {
            stepping.Now += TimeSpan.FromMinutes(minutes);
            Assert.True(stepped.Journal.Open("binance", RawFileKind.Ws).TryAppend(new() { Columns = "\t7\tt\t"u8, Content = "{}"u8 }));
        }

        stepped.Journal.Close();
        Assert.Equal([(5, 2), (12, 1)], stepped.Objects.Select(part => ((int)((part.Id.MinuteMicros - MinuteMicros) / 60_000_000), part.Text.Count(letter => letter == '\n'))));
    }

    [Fact]
    public void Without_memory_messages_are_refused_and_notes_have_a_reserve()
    {
        lines.Dispose();
        lines = new(clock, new() { Exchanges = ["*"], MaxMemoryBytes = MaxMemory }) { IsStoring = false };
        var message = new string('x', 1 << 16);
        var accepted = 0;
        while (File.TryAppend(new() { Columns = "\t7\tt\t"u8, Content = Encoding.UTF8.GetBytes(message) }))
            accepted++;
        Assert.InRange(lines.Journal.HeldBytes, MaxMemory - MaxMemory / 16 - (1 << 17), MaxMemory - MaxMemory / 16);
        Assert.True(File.TryAppend(new() { Columns = "\t7\td\t"u8, Content = "1"u8, IsNote = true }));
        lines.Journal.Close();
        Assert.Equal(accepted + 1, lines.Objects.Sum(part => part.Text.Count(letter => letter == '\n')));
        Assert.True(lines.Objects.Count >= 7, "memory is freed by objects, so they must be handed over long before it is full");
    }

    [Fact]
    public void Stored_objects_free_memory()
    {
        lines.Dispose();
        lines = new(clock, new() { Exchanges = ["*"], MaxMemoryBytes = MaxMemory });
        var message = new byte[1 << 16];
        for (var count = 0; count < 1_000; count++)
            Assert.True(File.TryAppend(new() { Columns = "\t7\tt\t"u8, Content = message }));
        lines.Journal.Close();
        Assert.Equal(0, lines.Journal.HeldBytes);
    }

    private RawFile File => lines.Journal.Open("binance", RawFileKind.Ws);

    private void Append(string content) => Assert.True(File.TryAppend(new() { Columns = "\t7\tt\t"u8, Content = Encoding.UTF8.GetBytes(content) }));

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
