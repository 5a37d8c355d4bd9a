# syntax=docker/dockerfile:1.7
# The program is compiled on the machine that builds, for the machine that the image is for.
FROM --platform=$BUILDPLATFORM node:22.14.0-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json bun.lock Makefile ./
RUN make setup
COPY . .
ARG TARGETARCH
RUN make image-root ROOT=/image TARGETARCH=$TARGETARCH

# The C library is all that the program needs of a system.
FROM node:22.14.0-bookworm-slim AS libc

FROM scratch
COPY --from=libc /usr/lib/*-linux-gnu/ld-linux-*.so.* /lib/
COPY --from=libc /usr/lib/*-linux-gnu/ld-linux-*.so.* /lib64/
COPY --from=libc /usr/lib/*-linux-gnu/libc.so.6 /lib/
COPY --from=libc /usr/lib/*-linux-gnu/libm.so.6 /lib/
COPY --from=libc /usr/lib/*-linux-gnu/libdl.so.2 /lib/
COPY --from=libc /usr/lib/*-linux-gnu/libpthread.so.0 /lib/
COPY --from=build /image/usr /usr
COPY --from=build /image/etc /etc
COPY --from=build /image/tmp /tmp
COPY --from=build --chown=65532:65532 /image/app /app
LABEL org.opencontainers.image.title="litellm-pulse" \
      org.opencontainers.image.description="What your LiteLLM spends, on what, who spends it and whether it is normal" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
USER 65532:65532
VOLUME /app/data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/local/bin/litellm-pulse", "health", "--live"]
ENTRYPOINT ["/usr/local/bin/litellm-pulse"]
CMD ["serve"]
