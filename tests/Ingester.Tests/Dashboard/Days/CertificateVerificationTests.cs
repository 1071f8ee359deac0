using Ingester.Dashboard.Days.Certificates;
using Ingester.Tests.Publishing.Certificates;

namespace Ingester.Tests.Dashboard.Days;

/// <summary>A verification of a page is that of the command.</summary>
public sealed class CertificateVerificationTests
{
    [Fact]
    public async Task Untouched_day_is_verified()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        var state = await VerifyAsync(store);
        var expected = await store.Days.VerifyAsync(CertifiedDays.First);
        Assert.True(state.Holds, string.Join(' ', state.Problems));
        Assert.True(expected.Holds);
        Assert.StartsWith($"Verified at 2025-10-25 00:00:00: revision 1, {expected.Files} files, {expected.Bytes:N0} bytes, {expected.Rows:N0} rows, signed with the key {expected.KeyId}.", state.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_file_is_a_problem()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        var key = store.Days.Store.Keys.First(one => one.EndsWith(".csv.gz", StringComparison.Ordinal));
        store.Days.Change(key, bytes => [.. bytes, 0]);
        var state = await VerifyAsync(store);
        Assert.False(state.Holds);
        Assert.Equal((await store.Days.VerifyAsync(CertifiedDays.First)).Problems, state.Problems);
        Assert.StartsWith("NOT VERIFIED", state.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_verified_without_a_key()
    {
        using var store = new CertifiedStore(trusts: false);
        await store.CertifyAsync();
        store.Verification.Start(CertifiedDays.KeysOf(CertifiedDays.First));
        var state = store.Verification.Find(CertifiedDays.KeysOf(CertifiedDays.First));
        Assert.Null(state.Holds);
        Assert.False(state.CanStart);
        Assert.Contains("--key", state.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_a_sentence()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        store.Access.Fault = new("The store does not answer.");
        var state = await VerifyAsync(store);
        Assert.Equal("Not verified: The store does not answer.", state.Text);
        Assert.True(state.CanStart);
    }

    private static async Task<VerificationState> VerifyAsync(CertifiedStore store)
    {
        var keys = CertifiedDays.KeysOf(CertifiedDays.First);
        Assert.True(store.Verification.Find(keys).CanStart);
        store.Verification.Start(keys);
        Assert.True(store.Verification.Find(keys).IsRunning);
        await store.Verification.RunNextAsync(CancellationToken.None);
        return store.Verification.Find(keys);
    }
}
