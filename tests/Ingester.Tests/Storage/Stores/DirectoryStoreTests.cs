using System.Diagnostics;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Storage.Native;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Stores;

public sealed class DirectoryStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly DirectoryStore store;

    public DirectoryStoreTests() => store = new(directory.Path, TimeProvider.System);

    private protected override IObjectStore Store => store;

    private string Unfinished => Path.Combine(directory.Path, ".tmp");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Nothing_unfinished_is_left_or_listed()
    {
        await PutAsync("a/1", "x");
        await PutAsync("a/1", "y");
        Assert.Empty(Directory.GetFiles(Unfinished));
        await File.WriteAllTextAsync(Path.Combine(Unfinished, "put-other-1-1.part"), "half");
        Assert.Equal(["a/1"], await ListAsync(""));
        Assert.Empty(await ListAsync(".tmp"));
    }

    [Fact]
    public void Only_old_temporary_files_of_the_recorder_are_removed_at_start()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        string[] names = ["put-host-1-1.part", "put-host-1-2.part", "notes.txt"];
        foreach (var name in names)
            File.WriteAllText(Path.Combine(Unfinished, name), "half");
        File.SetLastWriteTimeUtc(Path.Combine(Unfinished, names[1]), clock.GetUtcNow().UtcDateTime.AddMinutes(30));
        File.SetLastWriteTimeUtc(Path.Combine(Unfinished, names[2]), clock.GetUtcNow().UtcDateTime.AddDays(-9));
        clock.Advance(TimeSpan.FromMinutes(61));
        _ = new DirectoryStore(directory.Path, clock);
        Assert.Equal(names[1..].Order(), Directory.GetFiles(Unfinished).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a")]
    [InlineData(".tmp")]
    [InlineData("")]
    public async Task Removed_directory_is_created_again(string removed)
    {
        Assert.Equal(PutOutcome.Stored, await PutAsync("a/b/1", "x"));
        Directory.Delete(Path.Combine(directory.Path, removed), recursive: true);
        Assert.Equal(PutOutcome.Stored, await PutAsync("a/b/2", "y"));
        Assert.Equal("y", await ReadAsync("a/b/2"));
        Assert.Empty(Directory.GetFiles(Unfinished));
    }

    [Fact]
    public async Task Temporary_name_of_a_former_process_with_the_same_number_is_passed_over()
    {
        await PutAsync("a", "x");
        var taken = $"put-{KeyEncoding.Encode(Environment.MachineName)}-{Environment.ProcessId}-2.part";
        await File.WriteAllTextAsync(Path.Combine(Unfinished, taken), "half");
        Assert.Equal(PutOutcome.Stored, await PutAsync("b", "y"));
        Assert.Equal("half", await File.ReadAllTextAsync(Path.Combine(Unfinished, taken)));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/x")]
    [InlineData("a//x")]
    [InlineData("a/./x")]
    [InlineData("a\\..\\x")]
    [InlineData("")]
    [InlineData(".tmp/x")]
    public async Task Key_that_would_leave_the_directory_is_a_fault_of_the_program(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(key, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(key));
    }

    [Fact]
    public async Task File_in_place_of_a_directory_is_reported_in_one_sentence()
    {
        // Root ignores modes, so that "no permission" alone could not be tested on every machine.
        var file = Path.Combine(directory.Path, "occupied");
        await File.WriteAllTextAsync(file, "x");
        foreach (var path in new[] { file, Path.Combine(file, "below") })
        {
            var failure = Assert.Throws<StoreException>(() => new DirectoryStore(path, TimeProvider.System));
            Assert.True(failure.IsPermanent, failure.Message);
            Assert.Contains("file", failure.Message, StringComparison.Ordinal);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        }

        var below = await Assert.ThrowsAsync<StoreException>(() => PutAsync("occupied/a/1", "x"));
        Assert.Contains("occupied", below.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_permission_is_reported_in_one_sentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a place that refuses root, too.");
        var failure = Assert.Throws<StoreException>(() => new DirectoryStore("/sys/ingester-test", TimeProvider.System));
        Assert.True(failure.IsPermanent);
        Assert.Matches("^(No permission to write in|The file system is read-only: cannot write in) /sys/ingester-test/.tmp.$", failure.Message);
    }

    [Fact]
    public async Task Full_disk_is_reported_in_one_sentence_leaves_no_temporary_file_and_the_write_can_be_retried()
    {
        using var disk = new TemporaryDirectory();
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.Path), "Mounting a small disk needs root.");
        try
        {
            var small = new DirectoryStore(disk.Path, TimeProvider.System);
            using var body = new RowBuffer();
            body.GetSpan(300_000)[..300_000].Fill(7);
            body.Advance(300_000);
            var failure = await Assert.ThrowsAsync<StoreException>(() => small.PutAsync("a/1", body, ObjectMetadata.None, CancellationToken.None));
            Assert.False(failure.IsPermanent);
            Assert.Equal($"The disk is full: cannot write {disk.Path}/a/1.", failure.Message);
            Assert.Empty(Directory.GetFiles(Path.Combine(disk.Path, ".tmp")));
            using var less = SegmentSample.Rows("x");
            Assert.Equal(PutOutcome.Stored, await small.PutAsync("a/1", less, ObjectMetadata.None, CancellationToken.None));
        }
        finally
        {
            Assert.True(Run("umount", disk.Path));
        }
    }

    [Fact]
    public async Task Without_hard_links_a_rename_publishes_and_refuses_taken_names_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "renameat2 is Linux's.");
        var place = Path.Combine(directory.Path, "place");
        foreach (var (text, published) in new[] { ("first", true), ("second", false) })
        {
            var temporary = Path.Combine(Unfinished, text);
            await File.WriteAllTextAsync(temporary, text);
            Assert.Equal(published, NativeFile.RenameNoReplace(temporary, place));
        }

        Assert.Equal("first", await File.ReadAllTextAsync(place));
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
