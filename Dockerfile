# hundredfold in a container: `docker build -t hundredfold .`, then docs/deploy.md.

FROM node:22.12.0-slim AS pages
WORKDIR /build/web
# As `make web` does it; the packages are compared with the hashes of the lock file.
COPY web ./
RUN npm install --no-save && npm run build

FROM python:3.11.14-slim AS build
WORKDIR /build
# Every package of the lock is fetched and compared with its hash; what is installed below can only come from these.
COPY requirements.lock ./
RUN pip download --no-cache-dir --no-deps --require-hashes --requirement requirements.lock --dest /wheels
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src ./src
COPY --from=pages /build/src/hundredfold/app/gui/built ./src/hundredfold/app/gui/built
COPY --from=pages /build/src/hundredfold/app/door/carried ./src/hundredfold/app/door/carried
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .
RUN python -m venv /opt/hundredfold \
    && /opt/hundredfold/bin/pip install --no-cache-dir --no-index --find-links /wheels hundredfold

FROM python:3.11.14-slim
COPY --from=build /opt/hundredfold /opt/hundredfold
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin hundredfold \
    && install --directory --owner hundredfold --mode 0700 /workspace
ENV PATH=/opt/hundredfold/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_WORKSPACE=/workspace
USER 10001
WORKDIR /workspace
VOLUME ["/workspace"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
# It listens inside the container only; publish the port on the loopback and put a proxy with TLS in front.
ENTRYPOINT ["hf"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--public"]
