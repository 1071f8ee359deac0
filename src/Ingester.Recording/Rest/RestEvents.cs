using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Rest;

/// <summary>Events of REST requests.</summary>
internal sealed partial class RestEvents(ILogger<RestEvents> log)
{
    /// <summary>A REST response could not be parsed because of a bug.</summary>
    public void AnswerUnreadable(string exchange, Uri address, Exception bug) => LogAnswerUnreadable(exchange, address, bug);

    [LoggerMessage(LogLevel.Error, "{Exchange}: the response of {Address} could not be parsed because of a bug, please report it.")]
    private partial void LogAnswerUnreadable(string exchange, Uri address, Exception bug);
}
