using System.Globalization;
using System.Net;
using Polly;
using Polly.Retry;

namespace Ingester.Publishing.Witnesses;

/// <summary>Downloads files that exchanges publish, and their checksums.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="root">Replaces the exchange's own address, for mirrors and tests; null for the exchange's own.</param>
/// <param name="folder">The local folder for the files.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class ArchiveDownloader(HttpClient http, Uri? root, string folder, TimeProvider clock)
{
    private const int MaxRetries = 4;
    private const int MaxChecksumLength = 4096;

    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(IsTransient).Handle<IOException>(),
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(1),
            UseJitter = true,
        })
        .Build();

    /// <summary>Downloads the file of a day; null if the exchange has not published it.</summary>
    /// <exception cref="WitnessException">The server does not answer, or the download does not end as it must.</exception>
    public async Task<PublishedFile?> FetchAsync(ArchiveLayout layout, string symbol, DateOnly day, CancellationToken cancellation)
    {
        var address = layout.Address(root, symbol, day);
        var path = Path.Combine(folder, Path.GetFileName(address.LocalPath));
        try
        {
            if (await retry.ExecuteAsync(async cancel => await TryDownloadAsync(address, path, cancel), cancellation) is not { } lastModified)
                return null;
            var checksum = layout.Files.HasChecksum ? await retry.ExecuteAsync(async cancel => await ReadChecksumAsync(new(address + ".CHECKSUM"), cancel), cancellation) : null;
            return new(path, checksum, address, lastModified == DateTimeOffset.MinValue ? null : lastModified);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new WitnessException($"{address} cannot be downloaded: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static bool IsTransient(HttpRequestException error) =>
        error.StatusCode is null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)error.StatusCode >= 500;

    /// <summary>The time of the last change, the minimum if the server does not tell it; null if there is no such file.</summary>
    private async Task<DateTimeOffset?> TryDownloadAsync(Uri address, string path, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden) // S3 says 403 where keys cannot be listed
            return null;
        response.EnsureSuccessStatusCode();
        await using (var file = File.Create(path))
            await response.Content.CopyToAsync(file, cancellation);
        return response.Content.Headers.ContentLength is { } expected && new FileInfo(path).Length != expected
            ? throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it has {expected:N0} bytes, and {new FileInfo(path).Length:N0} were received"))
            : response.Content.Headers.LastModified ?? DateTimeOffset.MinValue;
    }

    /// <summary>The SHA-256 of a checksum file, which is a line of <c>sha256sum</c>; null if there is none.</summary>
    private async Task<string?> ReadChecksumAsync(Uri address, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            return null;
        response.EnsureSuccessStatusCode();
        if (response.Content.Headers.ContentLength > MaxChecksumLength)
            throw new WitnessException($"{address} is no checksum: it has {response.Content.Headers.ContentLength} bytes.");
        return ChecksumOf(await response.Content.ReadAsStringAsync(cancellation)) ?? throw new WitnessException($"{address} is no checksum: it does not begin with 64 hex digits.");
    }

    /// <summary>The SHA-256 that a line of <c>sha256sum</c> begins with; null if it does not.</summary>
    public static string? ChecksumOf(string line) =>
        line.TrimStart().Split([' ', '\t', '\n'], 2)[0] is { Length: 64 } digits && digits.All(char.IsAsciiHexDigit) ? digits.ToLowerInvariant() : null;
}
