namespace Ingester.Simulator.DataExchange;

/// <summary>The faults of the simulated AWS Data Exchange.</summary>
public enum DataExchangeFaultKind
{
    /// <summary>The request is refused: too many requests.</summary>
    Throttling,

    /// <summary>The request is refused: a limit of the account is reached.</summary>
    ServiceLimit,

    /// <summary>The service fails before it does anything.</summary>
    ServerError,

    /// <summary>The request is executed, and its response is lost.</summary>
    LostResponse,

    /// <summary>The job that is started fails.</summary>
    JobFails,

    /// <summary>The job that is started is given up by the service.</summary>
    JobTimesOut,

    /// <summary>The job that is started never ends.</summary>
    JobNeverEnds,

    /// <summary>The job that is started completes without one of its assets.</summary>
    JobForgetsAsset,
}
