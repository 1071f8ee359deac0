using Ingester.WebSockets.Dialing;

namespace Ingester.Hosting;

/// <summary>Requests for the files that exchanges publish.</summary>
internal static class ArchiveHttp
{
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromMinutes(30);

    /// <summary>A client, which the caller disposes.</summary>
    public static HttpClient CreateClient()
    {
        var http = new HttpClient { Timeout = DownloadTimeout };
        http.DefaultRequestHeaders.Add("User-Agent", WebSocketDialer.UserAgent);
        return http;
    }
}
