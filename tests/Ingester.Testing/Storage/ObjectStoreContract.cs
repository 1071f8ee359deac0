using System.Buffers;
using System.Text;
using Ingester.Core.Memory;
using Ingester.Storage.Stores;

namespace Ingester.Testing.Storage;

/// <summary>The tests that every store must pass; the test class of each store inherits them.</summary>
public abstract class ObjectStoreContract
{
    private protected abstract IObjectStore Store { get; }

    /// <summary>
    /// True when the store checks for a key and writes it atomically, like S3 and a directory. The emulator moto does not: of two requests within a millisecond
    /// both may find no object, and the later one then replaces the object of the earlier one.
    /// </summary>
    private protected virtual bool WritesInOneStep => true;

    [Theory]
    [InlineData(0, 3, "abc")]
    [InlineData(3, 4, "defg")]
    [InlineData(20, 6, "uvwxyz")]
    [InlineData(24, 100, "yz")]
    public async Task Part_of_an_object_is_read_alone(long offset, int length, string expected)
    {
        await PutAsync("a", "abcdefghijklmnopqrstuvwxyz");
        using var reader = new StreamReader((await Store.GetRangeAsync("a", offset, length, CancellationToken.None))!);
        Assert.Equal(expected, await reader.ReadToEndAsync());
        Assert.Null(await Store.GetRangeAsync("missing", offset, length, CancellationToken.None));
    }

    [Fact]
    public async Task Stored_object_is_read_byte_for_byte()
    {
        var bytes = Enumerable.Range(0, 300_000).Select(number => (byte)(number * 31)).ToArray();
        using var body = new RowBuffer();
        foreach (var piece in bytes.Chunk(10_000))
            body.Write(piece);
        Assert.Equal(PutOutcome.Stored, await Store.PutAsync("md/a.json.gz", body, new("00", 3, "1"), CancellationToken.None));
        await using var stream = await Store.GetAsync("md/a.json.gz", CancellationToken.None);
        using var read = new MemoryStream();
        await stream!.CopyToAsync(read);
        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(bytes.Length, (await Store.HeadAsync("md/a.json.gz", CancellationToken.None))!.Size);
    }

    [Fact]
    public async Task Existing_key_is_rejected_and_its_object_stays()
    {
        Assert.Equal(PutOutcome.Stored, await PutAsync("md/a.json.gz", "first"));
        Assert.Equal(PutOutcome.Exists, await PutAsync("md/a.json.gz", "second"));
        Assert.Equal("first", await ReadAsync("md/a.json.gz"));
    }

    [Fact]
    public async Task Of_twenty_writes_at_once_one_wins_and_the_others_are_told_so()
    {
        for (var round = 0; round < 3; round++)
        {
            var key = $"md/race/{round}.json.gz";
            using var start = new Barrier(20);
            var racers = Enumerable.Range(0, 20).Select(number => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                return PutAsync(key, $"racer {number}");
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToArray();
            var outcomes = await Task.WhenAll(racers);
            var winners = Enumerable.Range(0, 20).Where(number => outcomes[number] == PutOutcome.Stored).Select(static number => $"racer {number}").ToArray();
            Assert.Contains(await ReadAsync(key), winners);
            if (WritesInOneStep)
                Assert.Single(winners);
            Assert.Equal(PutOutcome.Exists, await PutAsync(key, "racer after the race"));
        }
    }

    [Fact]
    public async Task A_missing_key_has_no_object()
    {
        Assert.Null(await Store.HeadAsync("md/none.json.gz", CancellationToken.None));
        Assert.Null(await Store.GetAsync("md/none/none.json.gz", CancellationToken.None));
        Assert.Empty(await ListAsync("md/none/"));
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task Listing_is_in_ordinal_order_and_by_any_beginning_of_a_key()
    {
        string[] keys = ["a-b/x", "a/x", "a/x-1", "a/x/y", "a0/x", "md/pair=A%2FB/1", "md/pair=AB/-1", "md/pair=AB/1", "md/pair=ABC/1", "md/pair=a/1"];
        foreach (var key in keys.Reverse())
            if (key != "a/x/y") // a directory cannot have a file and a folder of the same name; no key of the program needs that
                await PutAsync(key, key);
        var expected = keys.Where(key => key != "a/x/y").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected, await ListAsync(""));
        Assert.Equal(["a/x", "a/x-1"], await ListAsync("a/"));
        Assert.Equal(["a-b/x", "a/x", "a/x-1", "a0/x"], await ListAsync("a"));
        Assert.Equal(["md/pair=AB/-1", "md/pair=AB/1", "md/pair=ABC/1"], await ListAsync("md/pair=AB"));
        Assert.Equal(["md/pair=AB/1"], await ListAsync("md/pair=AB/1"));
        await foreach (var listed in Store.ListAsync("a", CancellationToken.None))
            Assert.Equal(listed.Key.Length, listed.Size);
    }

    [Fact]
    public async Task Object_is_replaced_only_while_it_has_the_tag_that_was_read()
    {
        var store = Assert.IsType<IReplaceableStore>(Store, exactMatch: false);
        Assert.Null(await store.GetTagAsync("export/a.json", CancellationToken.None));
        Assert.False(await ReplaceAsync(store, "zero", tag: "0123"));
        Assert.True(await ReplaceAsync(store, "one", tag: null));
        Assert.False(await ReplaceAsync(store, "another one", tag: null));
        var tag = await store.GetTagAsync("export/a.json", CancellationToken.None);
        Assert.NotNull(tag);
        Assert.True(await ReplaceAsync(store, "two", tag));
        Assert.Equal("two", await ReadAsync("export/a.json"));
        Assert.False(await ReplaceAsync(store, "three", tag));
        Assert.Equal("two", await ReadAsync("export/a.json"));
        Assert.NotEqual(tag, await store.GetTagAsync("export/a.json", CancellationToken.None));
    }

    [Fact]
    public async Task Object_is_removed_and_others_stay()
    {
        var store = Assert.IsType<IPrunableStore>(Store, exactMatch: false);
        await PutAsync("export/a.json", "one");
        await PutAsync("export/b.json", "two");
        await store.DeleteAsync("export/a.json", CancellationToken.None);
        await store.DeleteAsync("export/a.json", CancellationToken.None);
        await store.DeleteAsync("nowhere/c.json", CancellationToken.None);
        Assert.Equal(["export/b.json"], await ListAsync("export/"));
        Assert.Null(await store.GetAsync("export/a.json", CancellationToken.None));
    }

    private static async Task<bool> ReplaceAsync(IReplaceableStore store, string text, string? tag)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            return await store.ReplaceAsync("export/a.json", file, tag, CancellationToken.None);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private protected async Task<PutOutcome> PutAsync(string key, string text)
    {
        using var body = new RowBuffer();
        body.Write(Encoding.UTF8.GetBytes(text));
        return await Store.PutAsync(key, body, ObjectMetadata.None, CancellationToken.None);
    }

    private protected async Task<string> ReadAsync(string key)
    {
        await using var stream = await Store.GetAsync(key, CancellationToken.None);
        using var reader = new StreamReader(stream!);
        return await reader.ReadToEndAsync();
    }

    private protected async Task<List<string>> ListAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var listed in Store.ListAsync(prefix, CancellationToken.None))
            keys.Add(listed.Key);
        return keys;
    }
}
