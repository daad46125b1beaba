"""AWS's error codes, and botocore's exceptions, by what they mean for who asked.

Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, the services' own pages of
errors, and the error shapes in botocore's models.
"""

from __future__ import annotations

DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthorizationError",
    "AuthorizationErrorException",
    "ForbiddenException",
    "NotAuthorized",
    "NotAuthorizedException",
    "UnauthorizedException",
    "UnauthorizedOperation",
)
NOT_OFFERED = "NotOffered"  # code of Polo's own: the service is not there in this region or partition
EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "TokenRefreshRequired",
    "SSOTokenLoadError",
    "UnauthorizedSSOTokenError",
    "TokenRetrievalError",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
}
# EC2's RequestExpired is told of a wrong clock and of credentials that have expired alike:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EITHER = {"RequestExpired"}
SKEWED = {"RequestTimeTooSkewed", "RequestInTheFuture"}
INVALID = {
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidToken",
    "IncompleteSignature",
    "IncompleteSignatureException",
}
MISSING = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "NoAuthTokenError"}
THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "Throttled",
    "TooManyRequests",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "ProvisionedThroughputExceededException",
}
FAILING = {"InternalServerError", "InternalError", "InternalFailure", "ServiceUnavailable"}
UNREACHABLE = {
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "ProxyConnectionError",
    "SSLError",
    "HTTPClientError",
}
# what was listed is not there any more
GONE = (
    "AWS.SimpleQueueService.NonExistentQueue",
    "ClusterNotFound",
    "ClusterNotFoundException",
    "ClusterNotFoundFault",
    "DBClusterSnapshotNotFoundFault",
    "DBSnapshotNotFound",
    "DBSnapshotNotFoundFault",
    "DomainNotFound",
    "EntityNotFoundException",
    "LoadBalancerNotFound",
    "LoadBalancerNotFoundException",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchEntityException",
    "NotFound",
    "NotFoundException",
    "QueueDoesNotExist",
    "RepositoryNotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "ResourceNotFoundFault",
    "TableNotFoundException",
    "TargetGroupNotFound",
    "TargetGroupNotFoundException",
)
EC2_GONE = ".NotFound"  # InvalidInstanceID.NotFound, InvalidVolume.NotFound, ...
