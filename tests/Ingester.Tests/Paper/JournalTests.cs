using System.Text;
using Ingester.Paper.Journal;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Paper;

/// <summary>The journal: its chain, one changed byte, and two instances.</summary>
public sealed class JournalTests
{
    private const string Run = "r";
    private const long Minute = 60_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_of_a_minute_are_a_block_and_all_are_read_in_order()
    {
        var store = new MemoryStore();
        var head = await WriteAsync(store, Enumerable.Range(0, 6));
        Assert.Equal(["paper/run=r/00000000.jsonl", "paper/run=r/00000001.jsonl", "paper/run=r/00000002.jsonl"], store.Keys);
        var check = await Reader(store).VerifyAsync(Run, Cancel);
        Assert.Equal((3, 6, head, true), (check.Blocks, check.Lines, check.Head, check.IsEnded));
        Assert.Empty(check.Problems);
        var lines = new List<string>();
        await foreach (var line in Reader(store).ReadAsync(Run, Cancel))
            lines.Add(Encoding.UTF8.GetString(line.Span));
        Assert.Equal(["{\"ts\":0,\"kind\":\"test\",\"n\":0}", "{\"ts\":30000000,\"kind\":\"test\",\"n\":1}"], lines[..2]);
        Assert.Equal("{\"ts\":150000000,\"kind\":\"end\",\"n\":5}", lines[^1]);
    }

    [Fact]
    public async Task Every_single_changed_byte_is_found()
    {
        var store = new MemoryStore();
        await WriteAsync(store, Enumerable.Range(0, 6));
        foreach (var key in store.Keys)
        {
            var (original, metadata) = (store.Body(key), store.Metadata(key));
            for (var position = 0; position < original.Length; position++)
            {
                var changed = original.ToArray();
                changed[position] ^= 1;
                store.Forge(key, changed, metadata);
                var check = await Reader(store).VerifyAsync(Run, Cancel);
                Assert.True(check.Problems.Count > 0, $"byte {position} of {key}");
                Assert.Contains(check.Problems, problem => problem.Contains(key, StringComparison.Ordinal));
            }

            store.Forge(key, original, metadata);
        }

        Assert.Empty((await Reader(store).VerifyAsync(Run, Cancel)).Problems);
    }

    [Fact]
    public async Task Missing_truncated_and_exchanged_blocks_are_found()
    {
        var store = new MemoryStore();
        await WriteAsync(store, Enumerable.Range(0, 8));
        string Key(int number) => $"paper/run=r/{number:D8}.jsonl";
        var (first, second, metadata) = (store.Body(Key(1)), store.Body(Key(2)), store.Metadata(Key(1)));
        store.Forge(Key(1), second, metadata);
        store.Forge(Key(2), first, metadata);
        var exchanged = (await Reader(store).VerifyAsync(Run, Cancel)).Problems;
        Assert.All([1, 2], number => Assert.Contains(exchanged, problem => problem.StartsWith(Key(number), StringComparison.Ordinal)));
        store.Forge(Key(1), first, metadata);
        store.Forge(Key(2), second[..^1], metadata);
        Assert.Contains("truncated", Assert.Single((await Reader(store).VerifyAsync(Run, Cancel)).Problems), StringComparison.Ordinal);

        var shorter = new MemoryStore();
        await WriteAsync(shorter, Enumerable.Range(0, 8));
        await shorter.DeleteAsync(Key(1), Cancel);
        Assert.Equal([$"{Key(1)} is missing."], (await Reader(shorter).VerifyAsync(Run, Cancel)).Problems);
        await Assert.ThrowsAsync<JournalException>(async () =>
        {
            await foreach (var _ in Reader(shorter).ReadAsync(Run, Cancel))
            {
                // Every line is read until the missing block.
            }
        });
    }

    [Fact]
    public async Task The_same_lines_again_are_confirmed_and_other_lines_are_refused()
    {
        var store = new MemoryStore();
        await WriteAsync(store, Enumerable.Range(0, 6));
        using var again = new JournalWriter(new(store, "", TimeProvider.System), Run);
        await AppendAsync(again, Enumerable.Range(0, 6));
        Assert.Equal((0, 3), (again.Written, again.Confirmed));
        var fork = await Assert.ThrowsAsync<JournalException>(() => WriteAsync(store, Enumerable.Range(10, 6)));
        Assert.StartsWith("paper/run=r/00000000.jsonl exists with other content: another instance writes the run r", fork.Message, StringComparison.Ordinal);
        Assert.Empty((await Reader(store).VerifyAsync(Run, Cancel)).Problems);
    }

    [Fact]
    public async Task Run_that_was_killed_is_told_from_one_that_ended()
    {
        var store = new MemoryStore();
        using var writer = new JournalWriter(new(store, "", TimeProvider.System), Run);
        await writer.AppendAsync(0, "test", static _ => { }, Cancel);
        await writer.FlushAsync(Cancel);
        var check = await Reader(store).VerifyAsync(Run, Cancel);
        Assert.Empty(check.Problems);
        Assert.False(check.IsEnded);
        await Assert.ThrowsAsync<JournalException>(() => Reader(store).VerifyAsync("other", Cancel));
    }

    private static RunJournalReader Reader(MemoryStore store) => new(new(store, "", TimeProvider.System));

    private static async Task<string> WriteAsync(MemoryStore store, IEnumerable<int> numbers)
    {
        using var writer = new JournalWriter(new(store, "", TimeProvider.System), Run);
        await AppendAsync(writer, numbers);
        return writer.Head;
    }

    private static async Task AppendAsync(JournalWriter writer, IEnumerable<int> numbers)
    {
        var all = numbers.ToList();
        foreach (var (index, number) in all.Index())
            await writer.AppendAsync(index * Minute / 2, index == all.Count - 1 ? RunJournalReader.EndKind : "test", json => json.WriteNumber("n", number), Cancel);
        await writer.FlushAsync(Cancel);
    }
}
